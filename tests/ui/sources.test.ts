// What an answer rests on: numbered pages that open in the browser, and what it did with tools, folded. And the one switch by
// which a model is told to search.
import { expect, test } from 'vitest'
import axe from 'axe-core'
import { answer, checkedParameters, conversation, declaredParameter, detail, messageCost, noParameters, question } from './samples'
import type { MessageStatus, SourceView, TypedParameters } from '../../ui/src/ipc'
import { words } from '../../ui/src/words/all'
import { open, press, settle, type, waitFor } from './window'

const page = (number: number, title: string | null): SourceView => ({ number, url: `https://www.a${number}.example/x?y=${number}`, host: `a${number}.example`, title })

async function faults() {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
}

function thread(status: Partial<MessageStatus>, html = ['<p>Rain <a class="mark" href="https://www.a2.example/x?y=2" title="Two" rel="noreferrer noopener">[2]</a>.</p>']) {
  location.hash = '#chat/7'
  const now = conversation(7, 'Seven')
  return open({ conversations: [now] }, { open_conversation: () => detail(now, [question(8, 'Rain?', 7), answer(9, html, status, 7)]), open_link: () => null })
}
const rows = () => [...document.querySelectorAll<HTMLElement>('section.sources li')]

test('sources are a numbered list below the answer, and a press opens the browser', async () => {
  const { fake, getByRole } = await thread({ sources: [page(1, 'One <b>page</b>'), page(2, null), page(4, 'Four')] })
  await waitFor(() => getByRole('region', { name: words.answer.sources }))
  expect(rows().map((row) => row.textContent?.replace(/\s+/g, ' ').trim())).toEqual(['1 One <b>page</b> a1.example', '2 a2.example', '4 Four a4.example'])
  expect(rows().map((row) => (row as HTMLLIElement).value)).toEqual([1, 2, 4])
  expect(await faults()).toEqual([])
  getByRole('link', { name: 'Four' }).click()
  getByRole('link', { name: '[2]' }).click()
  await waitFor(() => expect(fake.called('open_link')).toEqual([{ url: 'https://www.a4.example/x?y=4' }, { url: 'https://www.a2.example/x?y=2' }]))
})

test('many of them are folded after the first, and opened by their button', async () => {
  const { getByRole } = await thread({ sources: Array.from({ length: 12 }, (_, i) => page(i + 1, `Page ${i + 1}`)) })
  const button = await waitFor(() => getByRole('button', { name: 'Show all 12 sources' }))
  expect([rows().length, button.getAttribute('aria-expanded')]).toEqual([5, 'false'])
  button.click()
  settle()
  expect([rows().length, getByRole('button', { name: words.answer.fewerSources }).getAttribute('aria-expanded')]).toEqual([12, 'true'])
})

test('six stand as they are, and an answer without any has no list', async () => {
  const { queryByRole } = await thread({ sources: Array.from({ length: 6 }, (_, i) => page(i + 1, null)) })
  await waitFor(() => expect(rows().length).toBe(6))
  expect(queryByRole('button', { name: /sources/ })).toBeNull()
})

test('tool calls are folded, with what each was given', async () => {
  const { getByText, queryByRole } = await thread({ tools: [{ name: 'web_search', arguments: 'rain today', done: true }, { name: 'look_up', arguments: '{"q": "rain"}', done: false }] })
  const summary = await waitFor(() => getByText('2 tool calls'))
  expect(document.querySelector('article[data-role=assistant] pre')).toBeNull()
  expect(queryByRole('region', { name: words.answer.sources })).toBeNull()
  summary.click()
  await waitFor(() => getByText('{"q": "rain"}'))
  expect(getByText('Searched the web for')).toBeTruthy()
  expect(getByText('Wanted to use look_up. It wasn’t run.')).toBeTruthy()
  expect(await faults()).toEqual([])
})

test('a search alone says so without a press', async () => {
  const { getByText } = await thread({ tools: [{ name: 'web_search', arguments: 'rain', done: true }] })
  await waitFor(() => getByText('Searched the web'))
})

test('one switch, by keys, that the price knows of', async () => {
  location.hash = '#chat/7'
  let now = conversation(7, 'Seven', { parameters: noParameters })
  const search = declaredParameter('enable_web_search', { kind: 'boolean', default: 'false', idea: 'search' })
  const { fake, getByRole } = await open(
    { conversations: [now] },
    {
      open_conversation: () => detail(now, []),
      declared_parameters: () => [search],
      check_parameters: ({ typed }) => checkedParameters(typed as TypedParameters),
      change_conversation: ({ change }) => (now = { ...now, ...(change as object) }),
      estimate_cost: () => messageCost({ tokens: 90, points: { low: 12, high: 20 } }),
    },
  )
  const control = await waitFor(() => getByRole('switch', { name: 'Search the web' }))
  expect(control.getAttribute('aria-checked')).toBe('false')
  type('Rain?', getByRole('textbox', { name: 'Message' }))
  const send = () => getByRole('button', { name: /^Send/ })
  await waitFor(() => expect(send().textContent).toContain('≈ 12–20'))
  control.click()
  await waitFor(() => expect(fake.called('change_conversation')).toEqual([{ id: 7, change: { parameters: { ...noParameters, declared: { enable_web_search: 'true' } } } }]))
  await waitFor(() => expect(getByRole('switch', { name: 'Search the web' }).getAttribute('aria-checked')).toBe('true'))
  await waitFor(() => expect(send().textContent).toContain('from 12–20'))
  expect(send().title).toContain(words.chat.searchCosts)
  expect(await faults()).toEqual([])
  getByRole('switch', { name: 'Search the web' }).click()
  await waitFor(() => expect(getByRole('switch', { name: 'Search the web' }).getAttribute('aria-checked')).toBe('false'))
  press('Tab')
})
