// One question to several models: chosen by keys, priced together, side by side, kept or merged.
import { expect, test } from 'vitest'
import { action, answer, card, conversation, detail, messageCost, question, status, text } from './samples'
import type { MessageView } from '../../ui/src/ipc'
import { open, press, settle, type, waitFor } from './window'

const MODELS = ['claude-sonnet-4.6', 'gpt-5.4-mini', 'gemini-3-flash']
const column = (id: number, model: string, change = {}): MessageView => ({ ...answer(id, [], { state: 'queued', model, ...change }, 50), place: 1 })
const columns = () => MODELS.map((model, at) => column(2 + at, model))
const asked = (compared = columns()) => {
  const first = compared[0] as MessageView
  return detail(conversation(50, 'Who?', { model: MODELS[0] ?? '' }), [question(1, 'Who?', 50), first], { compared })
}
const articles = () => [...document.querySelectorAll<HTMLElement>('.compared article')]
const states = () => articles().map((each) => each.dataset.state)

async function chosen(answers: Parameters<typeof open>[1] = {}) {
  const it = await open({}, { comparison_cost: ({ contexts }) => messageCost({ tokens: 12, points: { low: 10 * (contexts as unknown[]).length, high: 20 * (contexts as unknown[]).length } }), begin_comparison: () => asked(), ...answers })
  const box = it.getByRole('textbox', { name: 'Message' })
  type('Who?', box)
  it.getByRole('button', { name: 'Compare with other models' }).click()
  const search = await waitFor(() => it.getByRole('combobox', { name: 'Search models' }))
  for (const model of MODELS.slice(1)) {
    type(model, search)
    press('Enter', search)
  }
  press('Escape', search)
  await waitFor(() => expect(document.activeElement).toBe(box))
  return { ...it, box }
}

async function compared(answers: Parameters<typeof open>[1] = {}) {
  const it = await chosen(answers)
  await waitFor(() => expect(it.getByRole('button', { name: /^Send to 3/ })).toBeTruthy())
  press('Enter', it.box)
  await waitFor(() => expect(it.fake.isWatched(4)).toBe(true))
  return it
}

test('the button says who is asked and what all of it costs', async () => {
  const { fake, getByRole, queryByRole } = await chosen()
  const send = await waitFor(() => {
    const button = getByRole('button', { name: /^Send to 3/ })
    expect(button.textContent).toContain('30–60')
    return button
  })
  expect(send.title).toBe('About 30–60 points for 3 answers, about 12 tokens sent.')
  expect(fake.called('comparison_cost').at(-1)?.contexts).toHaveLength(3)
  getByRole('button', { name: 'Don’t ask GPT-5.4-Mini' }).click()
  settle()
  expect(getByRole('button', { name: /^Send to 2/ })).toBeTruthy()
  getByRole('button', { name: 'Don’t ask Gemini-3-Flash' }).click()
  settle()
  expect(queryByRole('button', { name: /^Send to/ })).toBeNull()
  expect(getByRole('button', { name: /^Send/ })).toBeTruthy()
})

test('no more than four are asked, and the chat’s own is always one of them', async () => {
  const { getByRole, getAllByRole } = await chosen()
  getByRole('button', { name: 'Compare with other models' }).click()
  await waitFor(() => getByRole('combobox', { name: 'Search models' }))
  const on = () => getAllByRole('option').filter((each) => each.getAttribute('aria-selected') === 'true').length
  expect(on()).toBe(3)
  for (const option of getAllByRole('option')) {
    if (option.getAttribute('aria-selected') === 'false') option.click()
  }
  settle()
  expect(on()).toBe(4)
})

test('answers stream side by side, each with its own stop, and Esc stops all', async () => {
  const { fake, getByRole, box } = await compared()
  expect(fake.called('begin_comparison')).toMatchObject([{ first: { text: 'Who?', model: MODELS[0] }, beside: MODELS.slice(1), overLimit: false }])
  expect(articles().map((each) => each.getAttribute('aria-label'))).toEqual(['Claude-Sonnet-4.6', 'GPT-5.4-Mini', 'Gemini-3-Flash'])
  fake.update(3, { type: 'status', status: status({ state: 'streaming', model: MODELS[1] ?? '', sentAt: 1, firstTextAt: 2 }) })
  fake.update(3, text(0, ['<p>Hi</p>'], ''))
  fake.update(4, text(0, ['<p>Ho</p>'], ''))
  await waitFor(() => expect(articles().map((each) => each.querySelector('.answer')?.textContent)).toEqual([undefined, 'Hi', 'Ho']))
  getByRole('button', { name: 'Stop GPT-5.4-Mini' }).click()
  expect(fake.called('stop')).toEqual([{ messageId: 3 }])
  press('Escape', box)
  expect(fake.called('stop').slice(1)).toEqual([{ messageId: 2 }, { messageId: 3 }, { messageId: 4 }])
})

test('one fails in its column, one is kept, and the chat looks as always', async () => {
  const kept = detail(conversation(50, 'Who?', { model: MODELS[1] ?? '' }), [question(1, 'Who?', 50), { ...answer(3, ['<p>Hi</p>'], { model: MODELS[1] ?? '' }, 50), branch: { number: 2, of: 3, previous: 2, next: 4 } }])
  const { fake, getByRole, queryByRole } = await compared({ keep_answer: () => kept })
  expect(queryByRole('button', { name: /^Keep/ })).toBeNull()
  fake.update(2, { type: 'status', status: status({ state: 'failed', model: MODELS[0] ?? '', card: card('insufficient_points', 'Not enough points') }) })
  fake.update(4, text(0, ['<p>Ho</p>'], ''))
  fake.update(4, { type: 'status', status: status({ state: 'done', model: MODELS[2] ?? '' }) })
  await waitFor(() => expect(states()).toEqual(['failed', 'queued', 'done']))
  expect(articles()[0]?.querySelector('[data-code]')?.getAttribute('data-code')).toBe('insufficient_points')
  fake.update(3, text(0, ['<p>Hi</p>'], ''))
  fake.update(3, { type: 'status', status: status({ state: 'done', model: MODELS[1] ?? '' }) })
  const keep = await waitFor(() => getByRole('button', { name: 'Keep this one: GPT-5.4-Mini' }))
  expect(queryByRole('button', { name: 'Keep this one: Claude-Sonnet-4.6' }), 'it has no answer').toBeNull()
  keep.click()
  await waitFor(() => expect(document.querySelector('.compared')).toBeNull())
  expect(fake.called('keep_answer')).toEqual([{ messageId: 3 }])
  expect(getByRole('group', { name: 'Versions' }).textContent).toContain('2 of 3')
  expect(document.querySelectorAll('article[data-role="assistant"]')).toHaveLength(1)
})

test('an answer asked for again takes its own column', async () => {
  const done = MODELS.map((model, at) => ({ ...column(2 + at, model), ...answer(2 + at, [`<p>${model}</p>`], { model }, 50), place: 1 }))
  const { fake } = await compared({ begin_comparison: () => asked(columns()), resend: () => column(9, MODELS[1] ?? '') })
  for (const { id, status: end } of done) {
    fake.update(id, text(0, ['<p>Hi</p>'], ''))
    fake.update(id, { type: 'status', status: end })
  }
  await waitFor(() => expect(states()).toEqual(['done', 'done', 'done']))
  articles()[1]?.querySelector<HTMLElement>('[title^="Regenerate"]')?.click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  expect(articles().map((each) => each.dataset.id)).toEqual(['2', '9', '4'])
})

test('a limit refuses all of them in the field, and a press passes it once', async () => {
  const { fake, getByRole, box } = await chosen({
    begin_comparison: ({ overLimit }) => {
      if (overLimit) return asked()
      throw card('budget_reached', 'You’ve reached your daily limit', { actions: [action('send-once', 'Send anyway')] })
    },
  })
  await waitFor(() => expect(getByRole('button', { name: /^Send to 3/ })).toBeTruthy())
  press('Enter', box)
  const anyway = await waitFor(() => getByRole('button', { name: 'Send anyway' }))
  expect((box as HTMLTextAreaElement).value).toBe('Who?')
  anyway.click()
  await waitFor(() => expect(getByRole('group', { name: 'Answers side by side' })).toBeTruthy())
  expect(fake.called('begin_comparison').map(({ overLimit }) => overLimit)).toEqual([false, true])
})

test('what merges them is shown, changed, priced and sent', async () => {
  const merged = detail(conversation(50, 'Who?'), [question(1, 'Who?', 50), { ...answer(9, [], { state: 'queued', model: MODELS[0] ?? '', merged: true }, 50), branch: { number: 4, of: 4, previous: 4, next: null } }])
  const { fake, getByRole } = await compared({ merge_prompt: () => 'Make one of these.', merge_answers: () => merged })
  for (const id of [2, 3, 4]) {
    fake.update(id, text(0, ['<p>Hi</p>'], ''))
    fake.update(id, { type: 'status', status: status({ state: 'done', model: MODELS[id - 2] ?? '' }) })
  }
  const button = await waitFor(() => getByRole('button', { name: 'Merge…' }))
  button.click()
  const prompt = (await waitFor(() => getByRole('textbox', { name: 'What is sent' }))) as HTMLTextAreaElement
  expect(prompt.value).toBe('Make one of these.')
  type('Make one of these, short.', prompt)
  await waitFor(() => expect(fake.called('estimate_cost').at(-1)?.text).toBe('Make one of these, short.'))
  press('Enter', prompt, { ctrlKey: true })
  await waitFor(() => expect(fake.called('merge_answers')).toEqual([{ question: 1, model: MODELS[0], prompt: 'Make one of these, short.' }]))
  await waitFor(() => expect(document.querySelector('.compared')).toBeNull())
  expect(document.querySelector('dialog.merge')).toBeNull()
  expect(fake.isWatched(9)).toBe(true)
})
