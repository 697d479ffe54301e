// Films: how far one is while Poe makes it, and how the next one is made from it.
import { expect, test } from 'vitest'
import type { FilmView, MessageStatus } from '../../ui/src/ipc'
import { words } from '../../ui/src/words/all'
import { answer, conversation, declaredParameter, detail, media, model, modelsView, question } from './samples'
import { open, press, type, waitFor } from './window'

const LINK = 'https://api.poe.com/v1/videos/video_1/content'
const film = (change: Partial<FilmView> = {}): FilmView => ({ percent: null, lost: false, extends: true, how: null, ...change })
const sora = model('sora-2', 'Sora-2', 'OpenAI', { outputs: ['video'], films: true })

async function thread(status: Partial<MessageStatus>, html: string[] = [], answers: Parameters<typeof open>[1] = {}) {
  location.hash = '#chat/7'
  const view = conversation(7, 'Seven', { model: 'sora-2' })
  const messages = [question(8, 'A lamp at sea', 7), answer(9, html, { model: 'sora-2', ...status }, 7)]
  const it = await open({ conversations: [view] }, {
    models: () => modelsView({ models: [sora] }),
    send: ({ text }) => ({ question: question(10, text as string, 7), answer: answer(11, [], { model: 'sora-2', state: 'streaming' }, 7) }),
    open_conversation: () => detail(view, messages), message_media: () => [media(4, { kind: 'video', mime: 'video/mp4', url: LINK })], ...answers })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(2))
  return it
}
const line = () => document.querySelector('article[data-id="9"] .waiting')

test('the line says how far it is, for how long, and how long it usually takes', async () => {
  const sentAt = Date.now() - 65_000
  const { fake } = await thread({ state: 'streaming', sentAt, usual: 118_000, film: film({ percent: 40 }) })
  await waitFor(() => expect(line()?.textContent).toContain(words.message.film.making))
  const bar = line()?.querySelector('progress')
  expect([bar?.value, bar?.getAttribute('aria-label')]).toEqual([40, words.message.film.progress])
  expect(line()?.textContent).toMatch(/40%.*1 min \d+ s.*usually about 2 min/s)
  // What comes to nothing is asked again, and the rest stays as it was.
  fake.update(9, { type: 'status', status: answer(9, [], { model: 'sora-2', state: 'streaming', sentAt, film: film({ percent: 40, lost: true }) }, 7).status })
  await waitFor(() => expect(line()?.textContent).toContain(words.message.film.lost))
  expect(line()?.textContent).not.toContain('usually')
})

test('a message makes another one from it, until that is taken back or the model is another', async () => {
  const { fake, getByRole, queryByRole } = await thread({ film: film() }, [`<p><a href="${LINK}">${LINK}</a></p>`])
  await waitFor(() => expect(queryByRole('button', { name: words.media.remix })).not.toBeNull())
  getByRole('button', { name: words.media.extend }).click()
  await waitFor(() => expect(document.querySelector('[data-film="extend"]')).not.toBeNull())
  getByRole('button', { name: words.chat.film.without.extend }).click()
  await waitFor(() => expect(document.querySelector('[data-film]')).toBeNull())

  getByRole('button', { name: words.media.remix }).click()
  await waitFor(() => expect(document.querySelector('[data-film="remix"]')?.textContent).toContain(words.chat.film.from.remix))
  expect(document.querySelector('[data-note="film"]')?.textContent).toBe(words.chat.film.alone(true))
  type('At night', getByRole('textbox', { name: words.chat.message }))
  press('Enter', getByRole('textbox', { name: words.chat.message }))
  await waitFor(() => expect(fake.called('send')).toEqual([{ conversationId: 7, text: 'At night', insteadOf: null, attachments: [], film: { messageId: 9, how: 'remix' } }]))
  await waitFor(() => expect(document.querySelector('[data-film]')).toBeNull())
  expect(fake.called('save_draft').some((call) => JSON.stringify(call).includes('"film":{"messageId":9,"how":"remix"}'))).toBe(true)
})

test('what has no place in the request says so at its control', async () => {
  const shape = declaredParameter('aspect_ratio', { choices: ['16:9', '9:16'], default: '16:9', idea: 'shape' })
  const seed = declaredParameter('seed', { kind: 'string', unsent: true })
  const { getByRole, queryByLabelText } = await thread({ film: film() }, [], { declared_parameters: () => [shape, seed] })
  getByRole('button', { name: 'Parameters' }).click()
  const panel = await waitFor(() => getByRole('group', { name: 'For Sora-2' }))
  const field = (name: string) => panel.querySelector<HTMLInputElement>(`[data-field="${name}"]`) as HTMLInputElement
  expect([field('aspect_ratio').disabled, field('seed').disabled]).toEqual([false, true])
  expect(panel.querySelector('[data-parameter="seed"]')?.textContent).toContain(words.parameters.unsent)
  expect(document.body.textContent).toContain(words.parameters.systemUnsent)
  // What belongs to words alone is not offered.
  expect(queryByLabelText('Temperature')).toBeNull()
})
