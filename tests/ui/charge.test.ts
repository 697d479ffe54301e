// What a request cost: on cards, on receipts, and what "check and retry" does with it.
import { expect, test, vi } from 'vitest'
import type { ChargeView, ErrorCard, MessageStatus, MessageView } from '../../ui/src/ipc'
import { action, answer, card, conversation, detail, question, status } from './samples'
import { open, settle, type, waitFor } from './window'

const lost = (change: Partial<ErrorCard> = {}) =>
  card('connection_lost', 'The connection broke', {
    safe: 'Your message is saved. Checking whether you were charged…',
    actions: [action('check-and-retry', 'Check and retry')],
    ...change,
  })

const charge = (state: ChargeView['state'], points: number | null = null, change: Partial<ChargeView> = {}): ChargeView => ({ state, points, amounts: [], took: null, saved: null, ...change })

/** A chat whose last answer ended like this. */
async function ended(change: Partial<MessageStatus>, answers: Parameters<typeof open>[1] = {}) {
  location.hash = '#chat/7'
  const it = await open(
    { conversations: [conversation(7, 'Seven')] },
    {
      open_conversation: () => detail(conversation(7, 'Seven'), [question(8, 'Why?', 7), answer(9, [], change, 7)]),
      ...answers,
    },
  )
  const article = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('article[data-role="assistant"]')
    if (!found) throw new Error('no answer yet')
    return found
  })
  return { ...it, article }
}

const heard = () => [...document.querySelectorAll('[role="status"]')].map((region) => region.textContent).join('|')
const checkAndRetry = () => document.querySelector<HTMLElement>('[data-action="check-and-retry"]')

test('a verdict changes the line of the card, once and politely', async () => {
  const { fake, article } = await ended({ state: 'failed', card: lost(), charge: charge('checking') })
  expect(article.textContent).toContain('Checking whether you were charged…')
  const known = lost({ safe: 'Your message is saved. 238 points were used.', actions: [action('send-at-risk', 'Send again (may be charged twice)')] })
  fake.emit('message', { conversationId: 7, messageId: 9, status: status({ state: 'failed', card: known, charge: charge('charged', 238) }) })
  settle()
  expect(article.textContent).toContain('238 points were used.')
  expect(article.querySelector('.primary')?.textContent?.trim()).toBe('Send again (may be charged twice)')
  expect(document.querySelector('[role="alert"]')).toBeNull()
  expect(heard()).toContain('238 points')
})

test('a receipt shows the points once they are known, in silence', async () => {
  const { fake, article } = await ended({ state: 'done', finish: 'stop', charge: charge('checking') })
  fake.emit('message', { conversationId: 7, messageId: 9, status: status({ state: 'done', charge: charge('charged', 1238) }) })
  settle()
  expect(article.querySelector('[data-charge]')?.textContent).toBe('1,238 points')
  expect(heard()).not.toContain('points')
})

test('news of another chat changes nothing here', async () => {
  const { fake, article } = await ended({ state: 'failed', card: lost() })
  fake.emit('message', { conversationId: 8, messageId: 10, status: status({ state: 'failed', card: lost({ safe: 'Elsewhere' }) }) })
  settle()
  expect(article.textContent).not.toContain('Elsewhere')
})

test('check-and-retry follows the message when it is sent again', async () => {
  const { fake } = await ended(
    { state: 'failed', card: lost() },
    { check_and_retry: () => answer(9, [], { state: 'queued' }, 7) },
  )
  checkAndRetry()?.click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  expect(fake.called('check_and_retry')).toEqual([{ messageId: 9 }])
})

test('check-and-retry says when it is not clear, and sends nothing', async () => {
  const unclear = lost({ safe: 'Not known.', actions: [action('send-at-risk', 'Send again (may be charged twice)')] })
  let tell: (value: MessageView) => void = () => {}
  const { fake, article } = await ended(
    { state: 'failed', card: lost() },
    { check_and_retry: () => new Promise((done) => (tell = done)) },
  )
  checkAndRetry()?.click()
  settle()
  expect(checkAndRetry()?.textContent?.trim()).toBe('Checking points…')
  checkAndRetry()?.click()
  tell(answer(9, [], { state: 'failed', card: unclear, charge: charge('notYet') }, 7))
  await waitFor(() => expect(article.textContent).toContain('Not known.'))
  expect(fake.called('check_and_retry').length).toBe(1)
  expect(fake.isWatched(9)).toBe(false)
  // The risk was heard, and the second press is one of its own.
  expect(heard()).toContain('Not known.')
  fake.answer('resend', () => answer(9, [], { state: 'queued' }, 7))
  const again = await waitFor(() => {
    const found = document.querySelector<HTMLElement>('[data-action="send-at-risk"]')
    if (!found) throw new Error('no second press')
    return found
  })
  expect(again.textContent?.trim()).toBe('Send again (may be charged twice)')
  again.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: {} }]))
})

const receipts: [ChargeView, string, string?][] = [
  [charge('charged', 1238), '1,238 points'],
  [charge('charged', 1), '1 point'],
  [charge('notCharged'), 'no points used'],
  [charge('checking'), 'checking points'],
  [charge('checking', 137), '137 points, checking the rest'],
  [charge('unknown', 137), '137 points, the rest unknown', 'Poe’s history doesn’t say what this cost. See Usage.'],
  [charge('notFound'), 'no charge found so far', 'Poe lists no charge for this. One may still show up.'],
  [charge('ambiguous'), 'points unclear', 'Several calls in Usage match; Poe doesn’t say which is this one.'],
  [charge('ambiguous', null, { amounts: [137, 1212] }), '137 or 1,212 points', 'Several calls in Usage match; Poe doesn’t say which is this one.'],
  [charge('ambiguous', 100, { amounts: [150, 160, 1170] }), '150 to 1,170 points', 'Several calls in Usage match; Poe doesn’t say which is this one.'],
]

test.each(receipts)('a receipt of %o', async (told, words, reason) => {
  const { article } = await ended({ state: 'stopped', charge: { ...told, took: 65_000 }, firstTextAt: 1, sentAt: 1, endedAt: 2_500 })
  const shown = article.querySelector('[data-charge]')
  expect(shown?.firstChild?.textContent).toBe(words)
  expect(shown?.getAttribute('title') ?? undefined).toBe(reason)
  expect(shown?.textContent).toBe(reason ? `${words}. ${reason}` : words)
  // The time of all its requests.
  expect(article.querySelector('.receipt')?.textContent).toContain('1 min 5 s')
})

test('stop-and-check stops; every stopped request is looked up', async () => {
  const slow = card('first_byte_timeout', 'X has not started', { actions: [action('stop-and-check', 'Stop and check cost')] })
  const { fake } = await ended({ state: 'streaming', card: slow })
  document.querySelector<HTMLElement>('[data-action="stop-and-check"]')?.click()
  await vi.waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 9 }]))
})

const poor = (change: Partial<ErrorCard> = {}) =>
  card('insufficient_points', 'Not enough points', {
    what: 'You have 12.',
    actions: [action('use-model', 'Use A', { model: 'a' }), action('get-points', 'Get points')],
    ...change,
  })

test('get-points opens the page, waits, and two presses later the message is on its way', async () => {
  const waiting = poor({ actions: [action('get-points', 'Get points'), action('use-model', 'Use A', { model: 'a' })] })
  const { fake } = await ended(
    { state: 'failed', card: poor() },
    {
      wait_for_points: () => answer(9, [], { state: 'failed', card: waiting }, 7),
      resend: () => answer(9, [], { state: 'queued' }, 7),
    },
  )
  document.querySelector<HTMLElement>('[data-action="get-points"]')?.click()
  await waitFor(() => expect(fake.called('open_link')).toEqual([{ url: 'https://poe.com/api/keys' }]))
  expect(fake.called('wait_for_points')).toEqual([{ messageId: 9 }])
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.action).toBe('get-points'))

  const ready = poor({ what: 'You now have 12,340 points.', actions: [action('retry', 'Try again'), action('use-model', 'Use A', { model: 'a' })] })
  fake.emit('message', { conversationId: 7, messageId: 9, status: status({ state: 'failed', card: ready }) })
  settle()
  expect(heard()).toContain('You now have 12,340 points.')
  const focused = document.activeElement as HTMLElement
  expect([focused.dataset.action, focused.textContent?.trim()]).toEqual(['retry', 'Try again'])
  expect(fake.called('resend')).toEqual([])
  focused.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: {} }]))
})

const over = card('budget_reached', 'You’ve reached your daily limit', {
  actions: [action('send-once', 'Send anyway'), action('change-limit', 'Change limit')],
})

test('send-once goes past the limit, once', async () => {
  const { fake } = await ended({ state: 'failed', card: over }, { resend: () => answer(9, [], { state: 'queued' }, 7) })
  document.querySelector<HTMLElement>('[data-action="send-once"]')?.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: { overLimit: true } }]))
})

test('change-limit leads to its field, which takes digits only', async () => {
  const { fake, getByRole } = await ended({ state: 'failed', card: over }, { used_today: () => 1234 })
  document.querySelector<HTMLElement>('[data-action="change-limit"]')?.click()
  const field = await waitFor(() => getByRole('textbox', { name: 'Daily limit' }) as HTMLInputElement)
  await waitFor(() => expect(document.activeElement).toBe(field))
  await waitFor(() => expect(document.querySelector('#points')?.textContent).toContain('Used today: 1,234 points.'))
  type('some', field)
  expect(field.getAttribute('aria-invalid')).toBe('true')
  field.blur()
  expect([field.value, fake.called('change_settings')]).toEqual(['some', []])
  field.focus()
  type('5,000', field)
  field.form!.requestSubmit()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { dailyLimit: 5000 } }]))
})
