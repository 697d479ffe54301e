// The next question while an answer comes, and the chat in which nothing was asked yet.
import axe from 'axe-core'
import { expect, test } from 'vitest'
import { account, answer, balance, card, conversation, model, models, modelsView, question, status, turnPrices } from './samples'
import { open, press, type, waitFor } from './window'

const sent = (n: number, text: string) => ({
  question: question(n, text, 50),
  answer: answer(n + 1, [], { state: 'queued' }, 50),
})

const waits = () => document.querySelector('.composer .editing')?.textContent?.includes('when this answer is complete') ?? false

async function ask() {
  let n = -1
  const it = await open({}, { send: ({ text }) => sent((n += 2), text as string) })
  const box = it.getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  type('First?', box)
  it.getByRole('button', { name: 'Send' }).click()
  await waitFor(() => expect(it.fake.isWatched(2)).toBe(true))
  type('Second?', box)
  const end = (state: 'done' | 'failed' | 'stopped', more = {}) =>
    it.fake.update(2, { type: 'status', status: status({ state, finish: state === 'done' ? 'stop' : null, sentAt: 1, endedAt: 2, ...more }) })
  return { ...it, box, end, asked: () => it.fake.called('send').map(({ text }) => text) }
}

test('the next question waits for the end of the answer, and is sent once', async () => {
  const { box, end, asked } = await ask()
  press('Enter', box)
  press('Enter', box)
  await waitFor(() => expect(waits()).toBe(true))
  expect(asked()).toEqual(['First?'])
  expect(box.value).toBe('Second?')
  end('done')
  await waitFor(() => expect(asked()).toEqual(['First?', 'Second?']))
  await waitFor(() => expect(box.value).toBe(''))
})

test('a button does the same, and what waits can be kept back', async () => {
  const { box, end, asked, findByRole } = await ask()
  ;(await findByRole('button', { name: /^Send next/ })).click()
  await waitFor(() => expect(waits()).toBe(true))
  ;(await findByRole('button', { name: 'Cancel' })).click()
  await waitFor(() => expect(waits()).toBe(false))
  end('done')
  await findByRole('button', { name: /^Send/ })
  expect([asked(), box.value]).toEqual([['First?'], 'Second?'])
})

for (const [why, state, more] of [
  ['fails', 'failed', { card: card('overloaded', 'Overloaded') }],
  ['is stopped', 'stopped', {}],
  ['ends with a card', 'done', { card: card('length_limit', 'Length limit') }],
] as const) {
  test(`where the answer ${why}, the next question stays a draft`, async () => {
    const { box, end, asked, findByRole } = await ask()
    press('Enter', box)
    end(state, more)
    await waitFor(() => expect(document.querySelector('.toast')?.textContent).toContain('Not sent.'))
    await findByRole('button', { name: /^Send/ })
    expect([asked(), box.value]).toEqual([['First?'], 'Second?'])
  })
}

test('who writes on, or goes to another chat, has not sent', async () => {
  const { box, end, asked } = await ask()
  press('Enter', box)
  await waitFor(() => expect(waits()).toBe(true))
  type('Second, and more?', box)
  end('done')
  await waitFor(() => expect(document.querySelector('article[data-state="done"]')).toBeTruthy())
  expect([asked(), box.value]).toEqual([['First?'], 'Second, and more?'])
})

test('a chat that is left sends nothing by itself', async () => {
  const { box, end, asked, fake } = await ask()
  press('Enter', box)
  press('n', document.body, { ctrlKey: true })
  await waitFor(() => expect(document.querySelector('.toast')?.textContent).toContain('Not sent.'))
  if (fake.isWatched(2)) end('done')
  await new Promise(requestAnimationFrame)
  expect(asked()).toEqual(['First?'])
})

const list = modelsView({ models: [...models, model('demo-sonnet', 'Demo-Sonnet', 'Northlight'), model('demo-image', 'Demo-Image', 'Paper Lantern', { outputs: ['image'] })] })

test('an empty chat offers the models that were used last, with what a turn costs', async () => {
  const [a, b, c, d] = models.map(({ id }) => id) as [string, string, string, string]
  const used = [c, 'gone', b, a, d].map((id, n) => conversation(n + 1, `Chat ${n}`, { model: id }))
  const { findByRole, fake } = await open({ conversations: used, balance: balance({ points: 12_340 }) }, { models: () => list, turn_prices: () => turnPrices({ points: { [c]: 1_200 } }) })
  const group = await findByRole('group', { name: 'Models used last' })
  const buttons = [...group.querySelectorAll('button')]
  expect(buttons.map((button) => button.querySelector('b')?.textContent)).toEqual([c, b, a].map((id) => models.find((one) => one.id === id)?.name))
  buttons[1]?.click()
  await waitFor(() => expect(buttons[1]?.getAttribute('aria-pressed')).toBe('true'))
  expect(document.activeElement?.getAttribute('aria-label')).toBe('Message')
  expect(fake.called('begin_conversation')).toEqual([])
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations).toEqual([])
})

test('the demo offers what to try first: a press writes the question, and sends nothing', async () => {
  const { findByRole, fake } = await open({ account: account({ demo: true }) }, { models: () => list })
  const box = (await findByRole('textbox', { name: 'Message' })) as HTMLTextAreaElement
  const draw = await findByRole('button', { name: /^Draw/ })
  draw.click()
  await waitFor(() => expect(box.value).toBe('A lighthouse at dusk'))
  ;(await findByRole('button', { name: /^Ask/ })).click()
  await waitFor(() => expect(box.value).toContain('answer hold'))
  type('My own question', box)
  await waitFor(() => expect((draw as HTMLButtonElement).disabled).toBe(true))
  expect(fake.called('begin_conversation')).toEqual([])
  expect(await findByRole('button', { name: 'Exit demo' })).toBeTruthy()
})
