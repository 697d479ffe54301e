// Failures for those who hear the window or have no mouse: one announcement, no stolen focus, Esc, and pages to read.
import { expect, test, vi } from 'vitest'
import { action, answer, card, conversation, detail, helpPages, question, status } from './samples'
import { open, press, settle, type, waitFor } from './window'

/** A chat in which an answer is under way. */
async function asking() {
  location.hash = '#chat/7'
  const it = await open(
    { conversations: [conversation(7, 'Seven')] },
    {
      open_conversation: () => detail(conversation(7, 'Seven'), [question(8, 'Why?', 7), answer(9, [], { state: 'queued' }, 7)]),
      resend: () => answer(9, [], { state: 'queued' }, 7),
    },
  )
  await waitFor(() => expect(it.fake.isWatched(9)).toBe(true))
  return it
}

const refused = (change = {}) =>
  card('internal_error', 'Poe had an internal error', { at: 2, actions: [action('retry', 'Try again'), action('choose-model', 'Choose another model')], ...change })

const heard = () => document.querySelector('[role=status][aria-live], [aria-live=polite]')?.textContent?.trim() ?? ''

test('a failure is one alert, and what becomes known later is no second', async () => {
  const { fake, queryAllByRole, getByRole } = await asking()
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: refused() }) })
  await waitFor(() => expect(queryAllByRole('alert').length).toBe(1))
  fake.emit('live', [])
  const told = refused({ safe: 'Your message is saved. 12 points were used.' })
  fake.emit('message', { messageId: 9, status: status({ state: 'failed', card: told }) })
  await waitFor(() => expect(document.body.textContent).toContain('12 points were used'))
  expect(queryAllByRole('alert')).toEqual([])
  expect(getByRole('group', { name: 'Poe had an internal error' })).toBeTruthy()
})

test('a failure takes no focus from where the person is', async () => {
  const { fake, getByRole } = await asking()
  const box = getByRole('textbox', { name: 'Message' })
  box.focus()
  type('My next question', box)
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: refused() }) })
  await waitFor(() => expect(document.querySelector('[data-code]')).toBeTruthy())
  expect(document.activeElement).toBe(box)
  expect((box as HTMLTextAreaElement).value).toBe('My next question')
})

test('Esc closes the card that has the focus, and the focus goes to the message', async () => {
  const { fake, getByRole } = await asking()
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: refused() }) })
  const first = await waitFor(() => getByRole('button', { name: 'Try again' }))
  first.focus()
  press('Escape', first)
  await waitFor(() => expect(document.querySelector('[data-code]')).toBeNull())
  await waitFor(() => expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' })))
  expect(fake.called('resend')).toEqual([])
})

test('Esc elsewhere leaves the card', async () => {
  const { fake, getByRole } = await asking()
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: refused() }) })
  await waitFor(() => expect(document.querySelector('[data-code]')).toBeTruthy())
  press('Escape', getByRole('textbox', { name: 'Message' }))
  expect(document.querySelector('[data-code]')).toBeTruthy()
})

test('each button of a card is reached by Tab and named by its words', async () => {
  const { fake } = await asking()
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: refused() }) })
  const shown = await waitFor(() => document.querySelector('[data-code]') ?? expect.fail('no card'))
  for (const button of shown.querySelectorAll<HTMLElement>('button[data-action]')) {
    expect(button.tabIndex).toBe(0)
    expect(button.textContent?.trim()).not.toBe('')
  }
})

test('of a countdown the start and the end are heard, and nothing between', async () => {
  const { fake } = await asking()
  vi.useFakeTimers({ now: Date.now(), toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const slow = card('rate_limit_exceeded', 'Poe is rate-limiting this key', { actions: [action('wait-and-send', 'Send when ready')], at: Date.now() })
  fake.update(9, { type: 'status', status: status({ state: 'retrying', card: slow, retry: { at: Date.now() + 12_000, attempt: 2, of: 3, until: null } }) })
  await vi.advanceTimersByTimeAsync(10)
  settle()
  const alert = document.querySelector('[role=alert]') ?? expect.fail('no alert')
  const spoken = () => [...alert.querySelectorAll('p')].map((p) => p.textContent).join(' ')
  expect(spoken()).toContain('12 s')
  for (const hidden of alert.querySelectorAll('.num')) expect(hidden.closest('[aria-hidden=true]')).toBeTruthy()
  const before = heard()
  const sr = () => alert.querySelector('.sr')?.textContent
  const start = sr()
  for (let second = 0; second < 11; second++) {
    await vi.advanceTimersByTimeAsync(1_000)
    settle()
    expect([heard(), sr()]).toEqual([before, start])
  }
  await vi.advanceTimersByTimeAsync(1_500)
  settle()
  expect(heard()).toContain('Trying again now')
})

test('a long wait says when it is over', async () => {
  const { fake, getByRole } = await asking()
  vi.useFakeTimers({ now: Date.now(), toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  const slow = card('rate_limit_exceeded', 'Poe is rate-limiting this key', {
    actions: [action('wait-and-send', 'Send when ready')],
    readyAt: Date.now() + 90_000,
    at: Date.now(),
  })
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: slow }) })
  fake.answer('send_when_ready', () => answer(9, [], { state: 'retrying', waitsFor: 'time', card: slow }))
  await vi.advanceTimersByTimeAsync(10)
  settle()
  getByRole('button', { name: 'Send when ready' }).click()
  await vi.advanceTimersByTimeAsync(10)
  settle()
  expect(heard()).toContain('It’s sent in 1 min 30 s')
  await vi.advanceTimersByTimeAsync(90_000)
  settle()
  expect(heard()).toContain('Sending now')
})

test('a page is found by its code and by Poe’s words', async () => {
  location.hash = '#help'
  const { getByRole } = await open()
  const search = await waitFor(() => getByRole('searchbox', { name: 'Search entries' }))
  const found = () => [...document.querySelectorAll('.codes details')].map((page) => page.id.replace('code-', ''))
  for (const [sought, expected] of [
    ['', helpPages.map((page) => page.code)],
    ['Insufficient points', ['insufficient_points']],
    ['402', ['insufficient_points']],
    ['Retry-After', ['rate_limit_exceeded']],
    ['invalid_api', ['invalid_api_key']],
    ['limiting poe', ['rate_limit_exceeded']],
    ['No money', ['insufficient_points']],
    ['I can’t afford this', ['insufficient_points']],
    ['my key doesnt work', ['invalid_api_key']],
    ['the points', ['insufficient_points']],
    ['teapot', []],
  ] as [string, string[]][]) {
    type(sought, search)
    expect(found(), sought).toEqual(expected)
  }
})

test('the short pages open in place, and lead back', async () => {
  location.hash = '#help'
  const { getByRole } = await open()
  const link = await waitFor(() => document.querySelector<HTMLAnchorElement>('a[href="#help/daily-limit"]') ?? expect.fail('no page'))
  expect(document.querySelectorAll('a[href^="#help/"] b').length).toBe(5)
  location.hash = link.hash
  const heading = await waitFor(() => getByRole('heading', { name: 'Daily limit' }))
  await waitFor(() => expect(document.activeElement).toBe(heading))
  location.hash = '#help/keyboard'
  await waitFor(() => expect(document.querySelector('main')?.textContent).toContain('Ctrl K'))
  expect(document.querySelector('article a')?.getAttribute('href')).toBe('#help')
})

test('a link to a code opens its page', async () => {
  location.hash = '#help/insufficient_points'
  await open()
  const page = await waitFor(() => document.querySelector<HTMLDetailsElement>('#code-insufficient_points') ?? expect.fail('no page'))
  expect(page.open).toBe(true)
  expect(page.textContent).toContain('Sends the same message again.')
})

test('the gallery’s buttons take the focus and do nothing', async () => {
  location.hash = '#gallery'
  const { fake } = await open({}, { gallery: () => [refused(), refused({ place: 'banner' }), refused({ place: 'field', field: 'message' })] })
  await waitFor(() => expect(document.querySelectorAll('[data-code]').length).toBe(3))
  const before = fake.calls.length
  for (const button of document.querySelectorAll<HTMLElement>('[data-code] button')) {
    button.focus()
    expect(document.activeElement).toBe(button)
    button.click()
    press('Escape', button)
  }
  settle()
  expect(fake.calls.length).toBe(before)
  expect(document.querySelectorAll('[data-code]').length).toBe(3)
  expect(document.querySelector('[role=alert]')).toBeNull()
})
