// The frame: what the list of chats tells, where a start goes on, the size of text, and the way back from the check.
import { expect, test } from 'vitest'
import type { CheckName, CheckState, MessageView } from '../../ui/src/ipc'
import { action, answer, card, conversation, detail as conversationDetail, question, settings } from './samples'
import { open, press, settle, waitFor } from './window'

const detail = (id: number, messages: MessageView[] = []) => conversationDetail(conversation(id, 'A chat'), messages)

test('a start opens the chat that Rust names, and a reload stays where it is', async () => {
  const all = [conversation(7, 'Seven'), conversation(8, 'Eight')]
  const { fake } = await open({ conversations: all, open: 8 }, { open_conversation: ({ id }) => detail(id as number) })
  await waitFor(() => expect(location.hash).toBe('#chat/8'))
  await waitFor(() => expect(fake.called('look_at').at(-1)).toEqual({ shown: { view: 'chat', id: 8 } }))
  // Nothing else was told before, which would have forgotten it.
  expect(fake.called('look_at')).toEqual([{ shown: { view: 'chat', id: 8 } }])
  location.hash = '#chat/7'
  await open({ conversations: all, open: 8 }, { open_conversation: ({ id }) => detail(id as number) })
  expect(location.hash).toBe('#chat/7')
})

test('Rust is told what is looked at', async () => {
  const { fake, getByRole } = await open({ conversations: [conversation(7, 'Seven')] }, { open_conversation: () => detail(7) })
  const last = () => fake.called('look_at').at(-1)?.shown
  await waitFor(() => expect(last()).toEqual({ view: 'chat', id: null }))
  location.hash = '#chat/7'
  await waitFor(() => expect(last()).toEqual({ view: 'chat', id: 7 }))
  location.hash = '#models'
  await waitFor(() => expect(last()).toEqual({ view: 'other' }))
  getByRole('button', { name: 'New chat' }).click()
  await waitFor(() => expect(last()).toEqual({ view: 'chat', id: null }))
})

test('a row tells how its chat stands, to the eye and to a screen reader', async () => {
  const all = [
    conversation(1, 'Calm', { points: 1234 }),
    conversation(2, 'Broken', { mark: 'failed' }),
    conversation(3, 'Short of points', { mark: 'needsYou' }),
    conversation(4, 'News', { mark: 'unread' }),
  ]
  const { fake } = await open({ conversations: all })
  const row = (id: number) => document.querySelector<HTMLElement>(`[data-chat="${id}"]`)
  const read = (id: number) => row(id)?.querySelector('a')?.textContent?.replace(/\s+/g, ' ').trim()
  expect(row(1)?.querySelector('[data-mark]')).toBeNull()
  expect(read(1)).toContain('1,234 points')
  for (const [id, mark, said] of [[2, 'failed', 'failed: Broken'], [3, 'needsYou', 'needs you: Short'], [4, 'unread', 'new answer: News']] as const) {
    expect(row(id)?.querySelector(`[data-mark="${mark}"]`)).toBeTruthy()
    expect(read(id)).toContain(said)
  }
  fake.emit('live', [{ conversationId: 2, messageId: 5, state: 'streaming', speed: 40, waiting: false, sinceMs: 0 }])
  settle()
  expect(row(2)?.querySelector('[data-mark]')).toBeNull()
  expect(read(2)).toContain('answering: Broken')
  expect(read(2)).toContain('40 tok/s')
  fake.emit('live', [])
  settle()
  expect(row(2)?.querySelector('[data-mark="failed"]')).toBeTruthy()
})

test('one row is filled at a time, and what belongs to Help is marked there', async () => {
  await open({ conversations: [conversation(7, 'Seven')] }, { open_conversation: () => detail(7), run_doctor: () => new Promise(() => {}) })
  const current = () => [...document.querySelectorAll('nav a[aria-current="page"]')].map((link) => link.textContent?.trim())
  expect(current()).toEqual(['Chat'])
  for (const view of ['doctor', 'log', 'gallery']) {
    location.hash = `#${view}`
    await waitFor(() => expect(current()).toEqual(['Help']))
  }
})

test('the check that a card led to leads back to its chat', async () => {
  const offline = card('offline', 'You are offline', { actions: [action('run-check', 'Run the check')] })
  location.hash = '#chat/7'
  const { getByRole } = await open(
    { conversations: [conversation(7, 'Seven')] },
    {
      open_conversation: () => detail(7, [question(1, 'Hello', 7), answer(2, [], { state: 'failed', card: offline }, 7)]),
      run_doctor: () => ({ checks: [], request: null, report: '', drawing: null }),
    },
  )
  await waitFor(() => expect(getByRole('button', { name: 'Run the check' })).toBeTruthy())
  getByRole('button', { name: 'Run the check' }).click()
  await waitFor(() => expect(location.hash).toBe('#doctor/7'))
  const back = getByRole('link', { name: 'Back to the chat' })
  expect(back.getAttribute('href')).toBe('#chat/7')
})

test('why rows were not tried is said once', async () => {
  const note = 'not tried: there is no connection'
  const check = (name: CheckName, state: CheckState, note: string | null) => ({ name, state, note, tookMs: null, card: null })
  location.hash = '#doctor'
  await open({}, {
    run_doctor: () => ({
      checks: [check('dns', 'passed', '1.2.3.4'), check('tcp', 'failed', null), check('tls', 'skipped', note), check('proxy', 'skipped', 'none on the way'), check('http', 'skipped', note), check('key', 'skipped', note)],
      request: null,
      report: '',
      drawing: null,
    }),
  })
  await waitFor(() => expect(document.querySelectorAll('[data-check]').length).toBe(6))
  const said = [...document.querySelectorAll('[data-check] .note')].map((each) => each.textContent)
  expect(said).toEqual(['1.2.3.4', note, 'none on the way'])
})

test('text grows and shrinks by keys, within its limits, and is kept', async () => {
  const { fake } = await open({ settings: settings({ textSize: 175 }) })
  const size = () => document.documentElement.style.getPropertyValue('--text')
  expect(size()).toBe('1.75')
  const kept = () => fake.called('change_settings').map(({ change }) => (change as { textSize: number }).textSize)
  press('+', document.body, { ctrlKey: true, shiftKey: true })
  await waitFor(() => expect(size()).toBe('2'))
  press('=', document.body, { ctrlKey: true })
  press('-', document.body, { ctrlKey: true })
  await waitFor(() => expect(size()).toBe('1.75'))
  press('0', document.body, { ctrlKey: true })
  await waitFor(() => expect(size()).toBe('1'))
  expect(kept()).toEqual([200, 175, 100])
})
