// What a paste brings: words before the picture of them, files, and a picture that the page is not told of.
import { expect, test } from 'vitest'
import type { AttachmentView } from '../../ui/src/ipc'
import { answer, card, conversation, question } from './samples'
import { open, press, type, waitFor } from './window'

const png = () => new File(['x'], 'image.png', { type: 'image/png' })

/** As a program on the other side put it there. */
function paste(box: Element, texts: Record<string, string>, files: File[]) {
  const event = new Event('paste', { bubbles: true, cancelable: true })
  const items = files.map(() => ({ kind: 'file', webkitGetAsEntry: () => null }))
  const data = { types: Object.keys(texts), files, items, getData: (type: string) => texts[type] ?? '' }
  Object.defineProperty(event, 'clipboardData', { value: data })
  box.dispatchEvent(event)
  return event
}

const kept = (name: string) => ({ id: 3, messageId: null, name, mime: 'image/png', size: 2_000, preview: null, leftOut: false, pages: null, points: null })

test.each([
  ['Word', { 'text/plain': 'Dear Anna', 'text/html': '<b>Dear Anna</b>', 'text/rtf': '{\\rtf}' }],
  ['Excel', { 'text/plain': '1\t2', 'text/html': '<table></table>' }],
])('text from %s comes as text', async (_, texts) => {
  const { fake, getByRole } = await open()
  const event = paste(getByRole('textbox', { name: 'Message' }), texts, [png()])
  // The box takes the text by itself.
  expect(event.defaultPrevented).toBe(false)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(fake.called('add_attachment')).toEqual([])
  expect(fake.called('paste_picture')).toEqual([])
})

test.each([
  ['a picture from a page', { 'text/html': '<img>' }],
  ['a file from a folder', { 'text/plain': '/home/ada/image.png', 'text/uri-list': 'file:///home/ada/image.png' }],
  ['a picture alone', {}],
])('%s comes as a file', async (_, texts) => {
  const { fake, getByRole } = await open({}, { add_attachment: () => kept('image.png') })
  expect(paste(getByRole('textbox', { name: 'Message' }), texts, [png()]).defaultPrevented).toBe(true)
  await waitFor(() => expect(fake.called('add_attachment').length).toBe(1))
})

test('a picture that the page is not told of is asked for, and arrives as a file', async () => {
  const files: AttachmentView[] = []
  const { fake, getByRole } = await open({}, {
    paste_picture: ({ name }) => (files.push(kept(name as string)), files.at(-1) ?? null),
    draft: () => ({ text: null, model: null, parameters: null, preset: null, film: null, attachments: files, card: null, largest: 1e8 }),
  })
  const box = getByRole('textbox', { name: 'Message' })
  expect(paste(box, {}, []).defaultPrevented).toBe(true)
  await waitFor(() => expect(document.querySelector('.composer [data-attachment]')?.textContent).toContain('Pasted image.png'))
  paste(box, {}, [])
  await waitFor(() => expect(fake.called('paste_picture').map((args) => args.name)).toEqual(['Pasted image.png', 'Pasted image 2.png']))
  expect(fake.called('paste_picture')[0]?.place).toEqual({ conversationId: null, insteadOf: null })
})

test('an empty clipboard brings nothing and says nothing', async () => {
  const { fake, getByRole } = await open()
  paste(getByRole('textbox', { name: 'Message' }), {}, [])
  await waitFor(() => expect(fake.called('paste_picture').length).toBe(1))
  await waitFor(() => expect(document.querySelector('.reading')).toBeNull())
  expect(document.querySelector('.card, [data-attachment]')).toBeNull()
})

test('a picture that is none is refused, and stands against nothing', async () => {
  const { fake, getByRole } = await open({}, { paste_picture: () => { throw card('invalid_input', 'This picture is damaged', { place: 'field' }) } })
  const box = getByRole('textbox', { name: 'Message' })
  type('What is on it?', box)
  paste(box, {}, [])
  await waitFor(() => expect(document.querySelector('.composer .card')?.textContent).toContain('damaged'))
  await waitFor(() => expect(document.querySelector('.reading')).toBeNull())
  fake.answer('begin_conversation', () => { throw card('unsupported_feature', 'X can’t read images', { place: 'field' }) })
  press('Enter', box)
  await waitFor(() => expect(document.querySelector('.composer .card')?.textContent).toContain('can’t read images'))
  fake.answer('begin_conversation', () => ({ conversation: conversation(50, ''), sent: { question: question(60, 'What is on it?', 50), answer: answer(61, [], { state: 'queued' }, 50) } }))
  press('Enter', box)
  await waitFor(() => expect(fake.called('begin_conversation').length).toBe(2))
  await waitFor(() => expect(document.querySelector('.composer .card')).toBeNull())
})
