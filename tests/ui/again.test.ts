// What a card's buttons make of a turn: going on, waiting, leaving out, a new chat; and the branches beside it.
import { expect, test, vi } from 'vitest'
import type { DraftContext, ErrorCard, MessageView, Shortfall } from '../../ui/src/ipc'
import type { Command } from './fake'
import { action, answer, card, conversation, detail, draftContext, list, messageCost, noParameters, question, retryCost, status, text } from './samples'
import { words } from '../../ui/src/words/all'
import { open, press, type, waitFor } from './window'

const article = (role: string) => document.querySelector<HTMLElement>(`article[data-role="${role}"]`)
const click = (name: string) => document.querySelector<HTMLElement>(`[data-action="${name}"]`)?.click()

async function thread(messages: MessageView[], answers: Parameters<typeof open>[1] = {}, change = {}) {
  location.hash = '#chat/7'
  const view = conversation(7, 'Seven', change)
  const it = await open({ conversations: [view] }, { open_conversation: () => detail(view, messages), ...answers })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(messages.length))
  return it
}

const failed = (shown: ErrorCard, blocks: string[] = []) => [
  question(8, 'Why?', 7),
  answer(9, blocks, { state: blocks.length ? 'cut' : 'failed', card: shown }, 7),
]

async function checkPress(name: Parameters<typeof action>[0], command: Command) {
  const running = answer(9, [], { state: 'queued' }, 7)
  const { fake } = await thread(failed(card('offline', 'A card', { actions: [action(name, 'Do it')] })), { [command]: () => running })
  click(name)
  await waitFor(() => expect(fake.called(command)).toEqual([{ messageId: 9 }]))
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  expect(article('assistant')?.dataset.state).toBe('queued')
}

test('continue', () => checkPress('continue', 'continue_answer'))
test('keep-trying', () => checkPress('keep-trying', 'keep_trying'))
test('send-when-back', () => checkPress('send-when-back', 'send_when_back'))
test('trim-context', () => checkPress('trim-context', 'trim_context'))

test('summarize-and-start opens the new chat', async () => {
  const { fake } = await thread(failed(card('context_too_long', 'This chat is too long', { actions: [action('summarize-and-start', 'New chat')] })))
  const fresh = conversation(70, 'Goes on')
  const [asked, summed] = [question(71, 'Why?', 70), answer(72, [], { state: 'queued', waitsFor: 'summary' }, 70)]
  const messages = [asked, summed]
  fake.answer('summarize_and_start', () => ({ conversation: fresh, sent: { question: asked, answer: summed } }))
  fake.answer('open_conversation', () => detail(fresh, messages))
  click('summarize-and-start')
  await waitFor(() => expect(location.hash).toBe('#chat/70'))
  await waitFor(() => expect(article('assistant')?.textContent).toContain('one paid call'))
  fake.emit('conversations', list([{ ...fresh, summary: 'It was about the sky.' }]))
  await waitFor(() => expect(document.querySelector('details.summary')?.textContent).toContain('It was about the sky.'))
})

test('an answer that goes on keeps its words while it waits', async () => {
  const words = ['<p>Half of</p>']
  const shown = card('stream_cut', 'The connection broke', { actions: [action('continue', 'Continue')] })
  const { fake } = await thread(failed(shown, words), { continue_answer: () => answer(9, words, { state: 'queued' }, 7) })
  click('continue')
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('Half of')
  expect(article('assistant')?.textContent).toContain('Waiting to be sent')
  fake.update(9, text(0, ['<p>Half of it.</p>'], ''))
  fake.update(9, { type: 'status', status: status({ state: 'done', finish: 'stop', firstTextAt: 1 }) })
  await waitFor(() => expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('Half of it.'))
})

test('a message that waits in line says its place, and that it is slowed down', async () => {
  // However long the window takes to open.
  vi.useFakeTimers({ toFake: ['Date'] })
  const queue = { ahead: 2, waitUntil: Date.now() + 3_900, slowed: { used: 400, limit: 500 } }
  const waiting = (id: number) => ({ conversationId: id, messageId: id, state: 'queued', waiting: true, speed: 0 })
  const { fake } = await thread([question(8, 'Why?', 7), answer(9, [], { state: 'queued', queue }, 7)])
  expect(article('assistant')?.textContent).toContain('2 ahead, about 4 s')
  expect(article('assistant')?.textContent).toContain('Slowing down: 400 of 500 requests this minute')
  fake.emit('live', [waiting(9)])
  expect(document.querySelector('.chats')?.textContent).not.toContain('1 waiting')
  fake.emit('live', [waiting(9), waiting(10), waiting(11)])
  await waitFor(() => expect(document.querySelector('.chats')?.textContent).toContain('3 waiting'))
})

test('waiting for the network is said, and can be ended', async () => {
  const { fake } = await thread([question(8, 'Why?', 7), answer(9, [], { state: 'queued', waitsFor: 'network' }, 7)])
  expect(article('assistant')?.textContent).toContain('Waiting for the network')
  click('cancel')
  await waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 9 }]))
})

test('trying for a while says until when', async () => {
  const retry = { at: Date.now() + 5_000, attempt: 2, of: 2, until: Date.now() + 240_000 }
  await thread([question(8, 'Why?', 7), answer(9, [], { state: 'retrying', retry, card: card('model_overloaded', 'X is overloaded') }, 7)])
  expect(article('assistant')?.textContent).toContain('for up to 4:00')
  expect(article('assistant')?.textContent).not.toContain('attempt')
})

test('what is left out is marked, and can be taken in again', async () => {
  const messages = [question(1, 'One', 7), answer(2, ['<p>1</p>'], {}, 7), question(3, 'Two', 7), answer(4, ['<p>2</p>'], {}, 7)]
  const { fake, getByRole } = await thread(messages, { send_from: () => conversation(7, 'Seven') }, { sentFrom: 3 })
  const line = document.querySelector('.left-out')
  expect(line?.textContent).toContain('Messages above are left out')
  expect(line?.nextElementSibling?.textContent).toContain('Two')
  getByRole('button', { name: 'Include them again' }).click()
  await waitFor(() => expect(document.querySelector('.left-out')).toBeNull())
  expect(fake.called('send_from')).toEqual([{ conversationId: 7, from: null }])
})

test('earlier answers are reachable', async () => {
  const second = { ...answer(10, ['<p>Second</p>'], {}, 7), branch: { number: 2, of: 2, previous: 9, next: null } }
  const first = { ...answer(9, ['<p>First</p>'], {}, 7), branch: { number: 1, of: 2, previous: null, next: 10 } }
  const { fake, getByRole } = await thread([question(8, 'Why?', 7), second], {
    choose_branch: () => detail(conversation(7, 'Seven'), [question(8, 'Why?', 7), first]),
  })
  expect(getByRole('group', { name: 'Versions' }).textContent?.trim()).toBe('2 of 2')
  expect(getByRole('button', { name: 'Next version' }).getAttribute('aria-disabled')).toBe('true')
  getByRole('button', { name: 'Previous version' }).click()
  await waitFor(() => expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('First'))
  expect(fake.called('choose_branch')).toEqual([{ messageId: 9 }])
})

test('a question is edited in its place', async () => {
  const sent = { question: question(11, 'Why not?', 7), answer: answer(12, [], { state: 'queued' }, 7) }
  const { fake, getByRole, queryByText } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)], { send: () => sent })
  getByRole('button', { name: 'Edit' }).click()
  const box = getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  await waitFor(() => expect(box.value).toBe('Why?'))
  press('Escape', box)
  await waitFor(() => expect(box.value).toBe(''))
  getByRole('button', { name: 'Edit' }).click()
  type('Why not?', box)
  press('Enter', box)
  await waitFor(() => expect(fake.called('send')).toEqual([{ conversationId: 7, text: 'Why not?', insteadOf: 8, attachments: [], film: null }]))
  await waitFor(() => expect(queryByText('Why?')).toBeNull())
  expect(document.querySelectorAll('article').length).toBe(2)
})

test('what is sent along counts, and is read once, whatever is typed', async () => {
  const points = (tokens: number) => (tokens > 10 ? { low: tokens, high: tokens * 2 } : null)
  const { fake, getByRole, queryByText } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)], {
    draft_context: ({ model }) => draftContext({ model: model as string, text: { letters: 900, marks: 0, ideographs: 0, messages: 2 } }),
    estimate_cost: ({ context, text }) => {
      const tokens = (context as DraftContext).text.letters + (text as string).length
      return messageCost({ tokens, takes: 1_000, points: points(tokens) })
    },
  })
  const box = getByRole('textbox', { name: 'Message' })
  const send = () => getByRole('button', { name: 'Send' })
  expect(send().querySelector('[data-points]')).toBeNull()
  type('x', box)
  await waitFor(() => expect(send().textContent).toBe('Send≈ 900–1,900'))
  const read = fake.called('draft_context').length
  expect(fake.called('draft_context').at(-1)).toEqual({ conversationId: 7, insteadOf: null, model: 'claude-sonnet-4.6', parameters: noParameters, project: null })
  for (const length of [2, 99, 100]) type('x'.repeat(length), box)
  await waitFor(() => expect(send().textContent).toBe('Send≈ 1,000–2,000'))
  expect(document.getElementById('price')?.textContent).toBe('About 1,000–2,000 points, about 1,000 tokens including chat history.')
  expect(queryByText(/an estimate/)).toBeNull()
  type('x'.repeat(101), box)
  await waitFor(() => expect(queryByText('About 1,001 tokens including chat history (an estimate). Claude-Sonnet-4.6 allows 1,000 in all.')).toBeTruthy())
  expect(fake.called('draft_context').length, 'a key reads no chat').toBe(read)
  // News of the list that say the same of this chat, as after each answer of another.
  fake.emit('conversations', list([conversation(7, 'Seven', { points: 12 }), conversation(8, 'Another')]))
  await waitFor(() => expect(document.querySelector('[data-chat="8"]')).toBeTruthy())
  expect(fake.called('draft_context').length, 'nor does a row of the list').toBe(read)

  // The question that is edited is no part of what goes along.
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(fake.called('draft_context').at(-1)?.insteadOf).toBe(8))
})

test('what is short is said before the press, with a model that there are points for, and sending still works', async () => {
  const cheaper = { id: 'demo-flash', name: 'Demo-Flash', points: { low: 12, high: 20 } }
  const points = { low: 238_000, high: 238_000 }
  let short: Shortfall | null = { of: 'balance', points: { low: 191_253, high: 191_253 } }
  const sent = { question: question(11, 'Why?', 7), answer: answer(12, [], { state: 'queued' }, 7) }
  const { fake, getByRole, queryByRole } = await thread([], {
    estimate_cost: () => messageCost({ tokens: 90, points, short, cheaper: short && cheaper }),
    change_conversation: ({ change }) => conversation(7, 'Seven', change as object),
    send: () => sent,
  })
  const box = getByRole('textbox', { name: 'Message' })
  const send = () => getByRole('button', { name: 'Send' })
  const says = () => document.getElementById('short')?.textContent
  expect(says()).toBeUndefined()
  type('Why?', box)
  await waitFor(() => expect(says()).toBe('191,253 points short'))
  expect(send().getAttribute('aria-describedby')).toBe('short price')
  expect(send().classList.contains('amber')).toBe(true)
  const use = () => getByRole('button', { name: 'Use Demo-Flash ≈ 12–20' })
  const figures: [Shortfall, string][] = [
    [{ of: 'balance', points: { low: 0, high: 4_014 } }, 'Up to 4,100 points short'],
    [{ of: 'limit', points: { low: 0, high: 1 } }, 'Up to 1 point over today’s limit'],
    [{ of: 'limit', points: { low: 200, high: 200 } }, '200 points over today’s limit'],
    [{ of: 'limit', points: { low: 143, high: 192 } }, '140–200 points over today’s limit'],
  ]
  for (const [told, expected] of figures) {
    short = told
    type(`Why? ${expected}`, box)
    await waitFor(() => expect(says()).toBe(expected))
  }
  use().click()
  await waitFor(() => expect(fake.called('change_conversation').at(-1)).toEqual({ id: 7, change: { model: 'demo-flash' } }))
  press('Enter', box)
  await waitFor(() => expect(fake.called('send').length).toBe(1))
  short = null
  fake.answer('estimate_cost', () => messageCost({ tokens: 9, usd: { low: '0.0016', high: '0.02' } }))
  type('Next', box)
  expect(queryByRole('button', { name: /^Use Demo-Flash/ })).toBeNull()
})

test('before a point’s worth is known the price is in dollars, and an unknown one says so', async () => {
  const { fake, getByRole } = await thread([], { estimate_cost: () => messageCost({ tokens: 90, usd: { low: '0.0016', high: '0.02' } }) })
  const box = getByRole('textbox', { name: 'Message' })
  const send = () => getByRole('button', { name: 'Send' })
  const described = () => document.getElementById('price')?.textContent
  type('Why?', box)
  await waitFor(() => expect(send().textContent).toBe('Send≈ $0.0016–$0.02'))
  expect(described()).toBe('About $0.0016–$0.02, about 90 tokens including chat history.')
  fake.answer('estimate_cost', () => messageCost({ tokens: 90, usd: { low: '0.02', high: '0.02' } }))
  type('Why so?', box)
  await waitFor(() => expect(send().textContent).toBe('Send≈ $0.02'))
  fake.answer('estimate_cost', () => messageCost({ tokens: 90 }))
  type('Why not?', box)
  await waitFor(() => expect(described()).toBe('Price unknown, about 90 tokens including chat history.'))
  expect(send().textContent).toBe('Send')
})

test('the last answer says what asking again costs, and an earlier one that is looked at, where that is known', async () => {
  const messages = [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7), question(10, 'And?', 7), answer(11, ['<p>Then</p>'], { state: 'stopped' }, 7)]
  const { fake, getAllByRole, getByRole } = await thread(messages, { retry_cost: () => retryCost({ regenerate: { low: 1_240, high: 1_655 }, goOn: { low: 600, high: 600 } }) })
  await waitFor(() => expect(getByRole('button', { name: 'Continue' }).textContent).toBe('Continue≈ 600'))
  const { regenerate } = words.message
  const prices = () => getAllByRole('button', { name: regenerate }).map((button) => button.textContent)
  expect(prices()).toEqual([regenerate, `${regenerate}≈ 1,200–1,700`])
  expect(getAllByRole('button', { name: regenerate })[1]?.title).toBe(`${regenerate}. About 1,200–1,700 points.`)
  expect(fake.called('retry_cost').map((args) => args.messageId)).toEqual([11])
  article('assistant')?.dispatchEvent(new Event('pointerenter'))
  await waitFor(() => expect(prices()).toEqual([`${regenerate}≈ 1,200–1,700`, `${regenerate}≈ 1,200–1,700`]))
  expect(fake.called('retry_cost').map((args) => args.messageId)).toEqual([11, 9])
})

test('a question may be edited down to its file', async () => {
  const photo = { id: 3, messageId: 8, name: 'photo.png', mime: 'image/png', size: 2_000, preview: null, leftOut: false, pages: null, points: null }
  const sent = { question: question(11, '', 7), answer: answer(12, [], { state: 'queued' }, 7) }
  const asked = { ...question(8, 'What is it?', 7), attachments: [photo] }
  const { fake, getByRole } = await thread([asked, answer(9, ['<p>A photo.</p>'], {}, 7)], { send: () => sent })
  const send = () => getByRole('button', { name: 'Send' }) as HTMLButtonElement
  expect(send().disabled).toBe(true)
  getByRole('button', { name: 'Edit' }).click()
  type('', getByRole('textbox', { name: 'Message' }))
  expect(send().disabled).toBe(false)
  send().click()
  await waitFor(() => expect(fake.called('send')).toEqual([{ conversationId: 7, text: '', insteadOf: 8, attachments: [], film: null }]))
})
