// What goes out with the next message: its meter, its parts, and older turns that are left out and come back.
import axe from 'axe-core'
import { expect, test } from 'vitest'
import type { ContextView, HistoryChoice, OlderSummaryState } from '../../ui/src/ipc'
import { answer, conversation, detail, list, messageCost, question } from './samples'
import { open, press, waitFor } from './window'

const choice = (turns: number, from: number | null, tokens: number, points: number, isChosen: boolean): HistoryChoice => ({
  turns, from, tokens, points: { low: points, high: points }, isChosen,
})
const parts = (kept: number, state: OlderSummaryState = 'offered'): ContextView => ({
  takes: 983_040,
  summary: kept === 12 ? null : { turns: 12 - kept, points: { low: 120, high: 180 }, state },
  parts: [
    { kind: 'system', count: 1, tokens: 200, points: { low: 1, high: 1 }, uncounted: 0 },
    { kind: 'files', count: 2, tokens: 1_000, points: null, uncounted: 1 },
    { kind: 'history', count: kept, tokens: kept * 500, points: { low: kept * 3, high: kept * 4 }, uncounted: 0 },
  ],
  choices: [choice(12, null, 6_000, 36, kept === 12), choice(5, 22, 2_500, 15, kept === 5), choice(0, 99, 0, 0, kept === 0)],
})

async function chat() {
  location.hash = '#chat/7'
  let kept = 12
  const view = (from: number | null) => conversation(7, 'Seven', { sentFrom: from })
  const it = await open({ conversations: [view(null)] }, {
    open_conversation: () => detail(view(null), [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)]),
    estimate_cost: () => messageCost({ tokens: kept * 500 + 1_200, takes: 983_040, points: { low: 40, high: 40 } }),
    context_parts: () => parts(kept),
    send_from: ({ from }) => {
      kept = from === null ? 12 : from === 22 ? 5 : 0
      return view(from as number | null)
    },
  })
  const meter = await it.findByRole('button', { name: /^Context: 7,200 of 983,040/ })
  return { ...it, meter }
}

test('the meter tells how full it is and what a turn costs; a press tells of what', async () => {
  const { meter, findByRole } = await chat()
  expect(meter.textContent).toContain('≈ 40 points a turn')
  meter.click()
  const panel = await findByRole('dialog', { name: 'What goes out with the next message' })
  await waitFor(() => expect(panel.querySelectorAll('tbody tr').length).toBe(3))
  const rows = [...panel.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent?.trim()))
  expect(rows).toEqual([
    ['System promptEdit', '200', '1'],
    ['2 files · 1 file not counted', '1,000', '—'],
    ['Chat history, 12 turns', '6,000', '36–48'],
  ])
  expect(panel.querySelector('tfoot')?.textContent).toContain('7,200 of 983,040')
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations).toEqual([])
  press('Escape', panel)
  await waitFor(() => expect(document.querySelector('[role=dialog]')).toBeNull())
  expect(document.activeElement).toBe(meter)
})

test('older turns are left out, and come back by a press', async () => {
  const { meter, findByRole, fake } = await chat()
  meter.click()
  const select = (await findByRole('combobox', { name: 'Chat history to include' })) as HTMLSelectElement
  expect([...select.options].map((option) => option.text)).toEqual([
    'All 12 turns', 'The last 5 turns · saves about 21 points a turn', 'None · saves about 36 points a turn',
  ])
  select.value = '1'
  select.dispatchEvent(new Event('change', { bubbles: true }))
  const undo = await findByRole('button', { name: 'Undo' })
  expect(fake.called('send_from')).toEqual([{ conversationId: 7, from: 22 }])
  await waitFor(() => expect(select.value).toBe('1'))
  await waitFor(() => expect(meter.textContent).toContain('3,700 of'))
  undo.click()
  await waitFor(() => expect(fake.called('send_from').at(-1)).toEqual({ conversationId: 7, from: null }))
  await waitFor(() => expect(select.value).toBe('0'))
})

test('what is left out is summarized by a press that says what it costs, and by another is not', async () => {
  location.hash = '#chat/7'
  let state: OlderSummaryState = 'offered'
  const view = () => conversation(7, 'Seven', { sentFrom: 22, summaryIsOwn: state !== 'offered', summary: state === 'made' ? 'It was about tides.' : null })
  const { fake, findByRole, findByText } = await open({ conversations: [view()] }, {
    open_conversation: () => detail(view(), [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)]),
    estimate_cost: () => messageCost({ tokens: 3_700, takes: 983_040, points: { low: 40, high: 40 } }),
    context_parts: () => parts(5, state),
    summarize_older: ({ on }) => {
      state = on ? 'due' : 'offered'
      return view()
    },
  })
  ;(await findByRole('button', { name: /^Context: / })).click()
  const summarize = await findByRole('button', { name: 'Summarize the 7 turns left out once, ≈ 120–180 points' })
  summarize.click()
  await findByText('The 7 turns left out are summarized with your next message (once, ≈ 120–180 points).')
  expect(fake.called('summarize_older')).toEqual([{ conversationId: 7, on: true }])
  ;(await findByRole('button', { name: 'Undo' })).click()
  await findByRole('button', { name: /^Summarize the 7 turns/ })
  state = 'made'
  fake.emit('conversations', list([view()]))
  await findByText('A summary goes out instead of the 7 turns left out.')
  await findByText('Summary of the turns left out')
  ;(await findByRole('button', { name: 'Remove' })).click()
  await findByRole('button', { name: /^Summarize the 7 turns/ })
})
