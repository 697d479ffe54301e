// The question whether to quit while answers are coming: what it names, what it costs, and what is told to Rust.
import { expect, test } from 'vitest'
import type { LiveView, RunningAnswer } from '../../ui/src/ipc'
import type { Fake } from './fake'
import { conversation } from './samples'
import { open, press, settle, waitFor } from './window'

const running = (messageId: number, more: Partial<RunningAnswer> = {}): RunningAnswer => ({
  conversationId: messageId * 10,
  messageId,
  isSent: true,
  isFilm: false,
  points: null,
  ...more,
})
const live = ({ messageId, conversationId }: RunningAnswer): LiveView => ({ messageId, conversationId, state: 'streaming', waiting: false, speed: 0 })

async function asked(...answers: RunningAnswer[]) {
  const conversations = answers.map(({ conversationId, messageId }) => conversation(conversationId, `Chat ${messageId}`))
  const { fake, ...queries } = await open({ conversations, live: answers.map(live) })
  fake.emit('quit', { answers })
  const dialog = await waitFor(() => document.querySelector('dialog') ?? expect.fail('nothing is asked'))
  settle()
  return { fake, dialog, ...queries }
}

const says = (dialog: Element) => dialog.textContent?.replace(/\s+/g, ' ').trim() ?? ''
const steps = (fake: Pick<Fake, 'called'>) => fake.called('quit').map(({ step }) => step)

test('one answer is named with what it costs, and Rust hears that it is shown', async () => {
  const { fake, dialog } = await asked(running(1, { points: 137 }))
  expect(dialog.getAttribute('role')).toBe('alertdialog')
  expect(says(dialog)).toContain('An answer is still coming')
  expect(says(dialog)).toContain('Chat 1')
  expect(says(dialog)).toContain('whole answer: about 137 points.')
  expect(steps(fake)).toEqual(['shown'])
})

test('of many three are named; what is known of their cost is a lower bound', async () => {
  const { dialog } = await asked(running(1, { points: 100 }), running(2, { points: 37 }), running(3), running(4), running(5))
  expect(says(dialog)).toContain('5 answers are still coming')
  for (const n of [1, 2, 3]) expect(says(dialog)).toContain(`Chat ${n}`)
  expect(says(dialog)).not.toContain('Chat 4')
  expect(says(dialog)).toContain('and 2 more')
  expect(says(dialog)).toContain('at least 137 points.')
})

test('a video is made all the same, and nothing of it is lost', async () => {
  const { dialog } = await asked(running(1, { isFilm: true, points: 3_000 }))
  expect(says(dialog)).toContain('An answer is still coming')
  expect(says(dialog)).toContain('Poe goes on making the video')
  expect(says(dialog)).not.toContain('the rest is lost')
  const both = await asked(running(1, { isFilm: true }), running(2, { points: 137 }))
  expect(says(both.dialog)).toContain('2 answers are still coming')
  expect(says(both.dialog)).toContain('whole answer: about 137 points.')
})

test('what was not sent costs nothing', async () => {
  const { dialog } = await asked(running(1, { isSent: false }))
  expect(says(dialog)).toContain('A message is still waiting to be sent')
  expect(says(dialog)).toContain('not sent yet')
  expect(says(dialog)).not.toContain('charge')
})

test('Esc stays and stops no answer, and Rust takes the question away', async () => {
  const { fake, dialog } = await asked(running(1))
  press('Escape', dialog.querySelector('[data-action=stay]') ?? dialog)
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }))
  await waitFor(() => expect(steps(fake)).toEqual(['shown', 'stay']))
  expect(fake.called('stop')).toEqual([])
  fake.emit('quit', null)
  await waitFor(() => expect(document.querySelector('dialog')).toBeNull())
})

test('when every answer has finished there is nothing left to lose', async () => {
  const { fake, dialog } = await asked(running(1, { points: 137 }), running(2))
  fake.emit('live', [live(running(2))])
  settle()
  expect(says(dialog)).toContain('An answer is still coming')
  expect(says(dialog)).toContain('finished')
  fake.emit('live', [])
  settle()
  expect(says(dialog)).toContain('Every answer has finished')
  expect(says(dialog)).not.toContain('charge')
  dialog.querySelector<HTMLElement>('[data-action=quit]')?.click()
  await waitFor(() => expect(steps(fake)).toEqual(['shown', 'quit']))
})

test('a page that is reloaded meanwhile asks again; the key for quitting asks Rust', async () => {
  const answer = running(1)
  const { fake } = await open({ conversations: [conversation(10, 'Chat 1')], live: [live(answer)], quit: { answers: [answer] } })
  await waitFor(() => expect(document.querySelector('dialog')).toBeTruthy())
  expect(steps(fake)).toEqual(['shown'])
  press('q', document.body, { ctrlKey: true })
  press('q', document.body, { ctrlKey: true, repeat: true })
  await waitFor(() => expect(steps(fake)).toEqual(['shown', 'ask']))
})
