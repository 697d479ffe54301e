// What is being written: kept while it is typed, sent whole or not at all, and never eaten by an edit.
import { expect, test } from 'vitest'
import type { AttachmentView, DraftView } from '../../ui/src/ipc'
import type { Fake } from './fake'
import { answer, conversation, detail, question } from './samples'
import { open, press, settle, type, waitFor } from './window'

const chats = [conversation(7, 'Seven'), conversation(8, 'Eight')]
const thread = ({ id }: Record<string, unknown>) => detail(conversation(id as number, id === 7 ? 'Seven' : 'Eight'), [question(70, 'The old question', id as number), answer(71, ['<p>Yes.</p>'], {}, id as number)])
const box = () => document.querySelector('.composer textarea') as HTMLTextAreaElement
const sendButton = () => document.querySelector('.composer .btn.primary') as HTMLButtonElement
const heard = () => document.querySelector('[role="status"]')?.textContent?.trim()

function go(hash: string) {
  location.hash = hash
  window.dispatchEvent(new Event('hashchange'))
  settle()
}

async function openChat(id = 7) {
  const it = await open({ conversations: chats }, { open_conversation: thread, send: () => ({ question: question(80, 'New', id), answer: answer(81, [], { state: 'queued' }, id) }) })
  go(`#chat/${id}`)
  await waitFor(() => expect(document.querySelector('article[data-id="70"]')).toBeTruthy())
  return it
}

/** A file that takes as long to read as the test wants. */
function slowFile(name: string) {
  let arrive = () => {}
  const file = new File(['content'], name)
  file.arrayBuffer = () => new Promise((resolve) => (arrive = () => resolve(new ArrayBuffer(7))))
  return { file, arrive: () => arrive() }
}

const kept = (id: number, name: string): AttachmentView => ({ id, messageId: null, name, mime: 'text/plain', size: 7, preview: null, leftOut: false, pages: null, points: null })

/** From now on the fake keeps what is attached, by the place that its headers name. */
function keepFiles(fake: Fake) {
  const files = new Map<string, AttachmentView[]>()
  const key = (conversation: unknown, insteadOf: unknown) => `${conversation ?? ''}/${insteadOf ?? ''}`
  fake.answer('add_attachment', () => {
    const headers = fake.headers('add_attachment').at(-1) as Record<string, string>
    const at = key(headers['x-conversation'], headers['x-instead-of'])
    const file = kept(100 + fake.called('add_attachment').length, decodeURIComponent(headers['x-name'] ?? ''))
    files.set(at, [...(files.get(at) ?? []), file])
    return file
  })
  fake.answer('draft', ({ place }) => {
    const { conversationId, insteadOf } = place as { conversationId: number | null; insteadOf: number | null }
    const words = fake.drafts.get(JSON.stringify(place)) ?? { text: null, model: null, parameters: null, preset: null, film: null }
    return { ...words, attachments: files.get(key(conversationId, insteadOf)) ?? [], card: null, largest: 1e8 }
  })
  fake.answer('remove_attachment', ({ id }) => {
    for (const [at, all] of files) files.set(at, all.filter((file) => file.id !== id))
  })
  return { of: (conversation: number | null, insteadOf: number | null = null) => (files.get(key(conversation, insteadOf)) ?? []).map((file) => file.name) }
}

function drop(file: File) {
  const event = new Event('drop', { bubbles: true, cancelable: true })
  const items = [{ kind: 'file', webkitGetAsEntry: () => null }]
  Object.assign(event, { dataTransfer: { types: ['Files'], files: [file], items } })
  window.dispatchEvent(event)
  settle()
}

test('what is typed is kept a quarter of a second later, and at once when the window is left', async () => {
  const { fake } = await openChat()
  type('half', box())
  type('half a thought', box())
  expect(fake.called('save_draft')).toEqual([])
  await waitFor(() => expect(fake.called('save_draft')).toHaveLength(1))
  expect(fake.called('save_draft')[0]).toEqual({ place: { conversationId: 7, insteadOf: null }, change: { text: 'half a thought', model: null, parameters: null, preset: null, film: null } })
  for (const [event, target, text] of [['blur', window, 'one'], ['pagehide', window, 'two'], ['visibilitychange', document, 'three']] as const) {
    type(text, box())
    target.dispatchEvent(new Event(event))
    await new Promise((resolve) => setTimeout(resolve, 0))
    expect(fake.called('save_draft').at(-1)?.change).toMatchObject({ text })
  }
})

test('each chat has its own, also after a restart', async () => {
  const { fake } = await openChat()
  type('for seven', box())
  go('#chat/8')
  await waitFor(() => expect(box().value).toBe(''))
  type('for eight', box())
  go('#chat/7')
  await waitFor(() => expect(box().value).toBe('for seven'))
  go('#chat')
  await waitFor(() => expect(box().value).toBe(''))
  await waitFor(() => expect(fake.drafts.size).toBe(2))

  const after = (place: unknown) => ({ ...(fake.drafts.get(JSON.stringify(place)) ?? { text: null, model: null, parameters: null, preset: null, film: null }), attachments: [], card: null, largest: 1e8 })
  go('#chat/8')
  await open({ conversations: chats }, { open_conversation: thread, draft: ({ place }) => after(place) })
  await waitFor(() => expect(box().value).toBe('for eight'))
})

test('what was kept and what was typed before it came are both there', async () => {
  let tell = (_: DraftView) => {}
  await open({}, { draft: () => new Promise((resolve) => (tell = resolve)) })
  type('typed early', box())
  press('Enter', box())
  tell({ text: 'kept; ', model: null, parameters: null, preset: null, film: null, attachments: [], card: null, largest: 1e8 })
  await waitFor(() => expect(box().value).toBe('kept; typed early'))
})

test('a chosen model waits with the message in a new chat', async () => {
  const draft = { text: 'for later', model: 'gemini-3-flash', parameters: null, preset: null, film: null, attachments: [], card: null, largest: 1e8 }
  const { getByRole } = await open({}, { draft: () => draft })
  await waitFor(() => expect(box().value).toBe('for later'))
  await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
})

test('a refused send keeps the words, and a sent message is kept no more', async () => {
  const { fake } = await openChat()
  fake.answer('send', () => {
    throw 'the disk is full'
  })
  type('precious', box())
  press('Enter', box())
  await waitFor(() => expect(document.querySelector('.composer [data-code]')).toBeTruthy())
  expect(fake.called('send')).toHaveLength(1)
  expect(fake.drafts.get(JSON.stringify({ conversationId: 7, insteadOf: null }))?.text).toBe('precious')
  expect(box().value).toBe('precious')

  fake.answer('send', () => ({ question: question(80, 'precious', 7), answer: answer(81, [], { state: 'queued' }, 7) }))
  press('Enter', box())
  await waitFor(() => expect(box().value).toBe(''))
  const before = fake.called('save_draft').length
  await new Promise((resolve) => setTimeout(resolve, 400))
  expect(fake.called('save_draft')).toHaveLength(before)
})

test.each(['Escape', 'Cancel'])('after an edit that ends by %s the draft and its files are back', async (way) => {
  const { fake, getByRole } = await openChat()
  const files = keepFiles(fake)
  type('half a thought', box())
  drop(new File(['x'], 'mine.txt'))
  await waitFor(() => expect(document.body.textContent).toContain('mine.txt'))
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box().value).toBe('The old question'))
  expect(document.querySelector('.composer')?.textContent).not.toContain('mine.txt')
  const bubble = () => document.querySelector('article[data-id="70"]') as HTMLElement
  expect(bubble().dataset.edited).toBe('true')
  expect(bubble().getAttribute('aria-label')).toBe('You, being edited')
  type('The old question, changed', box())
  if (way === 'Escape') press('Escape', box())
  else getByRole('button', { name: 'Cancel' }).click()
  await waitFor(() => expect(box().value).toBe('half a thought'))
  await waitFor(() => expect(document.querySelector('.composer')?.textContent).toContain('mine.txt'))
  expect(bubble().dataset.edited).toBeUndefined()
  await waitFor(() => expect(fake.called('discard_draft')).toEqual([{ place: { conversationId: 7, insteadOf: 70 } }]))
  press('Enter', box())
  await waitFor(() => expect(fake.called('send')).toMatchObject([{ text: 'half a thought', insteadOf: null }]))
  expect(files.of(7)).toEqual(['mine.txt'])
})

test('what is typed right behind a message that is on its way is the next one', async () => {
  let arrive = () => {}
  const sent = { question: question(80, 'New', 7), answer: answer(81, [], { state: 'queued' }, 7) }
  await open({ conversations: chats }, { open_conversation: thread, send: () => new Promise((resolve) => (arrive = () => resolve(sent))) })
  go('#chat/7')
  await waitFor(() => expect(document.querySelector('article[data-id="70"]')).toBeTruthy())
  type('New', box())
  press('Enter', box())
  await new Promise((resolve) => setTimeout(resolve, 50))
  type('New and half a thought', box())
  arrive()
  await waitFor(() => expect(box().value).toBe(' and half a thought'))
})

test('an edit that was left is still an edit, and posts no double', async () => {
  const { fake, getByRole } = await openChat()
  type('half a thought', box())
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box().value).toBe('The old question'))
  type('Better asked', box())
  fake.answer('open_conversation', ({ id }) => ({ ...thread({ id }), editing: id === 7 ? 70 : null }))
  go('#chat/8')
  await waitFor(() => expect(box().value).toBe(''))
  go('#chat/7')
  await waitFor(() => expect(box().value).toBe('Better asked'))
  expect((document.querySelector('article[data-id="70"]') as HTMLElement).dataset.edited).toBe('true')
  press('Enter', box())
  await waitFor(() => expect(fake.called('send')).toMatchObject([{ text: 'Better asked', insteadOf: 70 }]))
  await waitFor(() => expect(box().value).toBe('half a thought'))
})

test('the up arrow edits the last question', async () => {
  const { fake } = await openChat()
  press('ArrowUp', box())
  await waitFor(() => expect(box().value).toBe('The old question'))
  press('Enter', box())
  await waitFor(() => expect(fake.called('send')).toMatchObject([{ insteadOf: 70 }]))
})

test.each(['an existing chat', 'a new chat', 'an edit'])('nothing is sent before a file is there: %s', async (where) => {
  const { fake, getByRole } = where === 'a new chat' ? await open() : await openChat()
  keepFiles(fake)
  if (where === 'an edit') getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box()).toBeTruthy())
  const slow = slowFile('report.pdf')
  drop(slow.file)
  type('Sum it up', box())
  await waitFor(() => expect(document.querySelector('.reading')).toBeTruthy())
  press('Enter', box())
  expect(heard()).toBe('Not sent yet: still reading 1 file.')
  expect(sendButton().disabled).toBe(true)
  sendButton().click()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(fake.called('begin_conversation')).toEqual([])
  expect(fake.called('send')).toEqual([])

  slow.arrive()
  await waitFor(() => expect(sendButton().disabled).toBe(false))
  press('Enter', box())
  const sent = () => (where === 'a new chat' ? fake.called('begin_conversation').map((args) => args.first) : fake.called('send'))
  await waitFor(() => expect(sent()).toMatchObject([{ text: 'Sum it up', attachments: [101] }]))
})

test('a file lands in the chat in which it was dropped', async () => {
  const { fake } = await openChat()
  const files = keepFiles(fake)
  const slow = slowFile('report.pdf')
  drop(slow.file)
  await waitFor(() => expect(document.querySelector('.reading')).toBeTruthy())
  go('#chat/8')
  await waitFor(() => expect(document.querySelector('.reading')).toBeNull())
  slow.arrive()
  await waitFor(() => expect(files.of(7)).toEqual(['report.pdf']))
  expect(files.of(8)).toEqual([])
  expect(document.querySelector('.composer')?.textContent).not.toContain('report.pdf')
  expect(heard()).not.toContain('report.pdf')
  go('#chat/7')
  await waitFor(() => expect(document.querySelector('.composer')?.textContent).toContain('report.pdf'))
})

test('a file that is read after its edit was given up is not kept', async () => {
  const { fake, getByRole } = await openChat()
  const files = keepFiles(fake)
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box().value).toBe('The old question'))
  const slow = slowFile('late.pdf')
  drop(slow.file)
  await waitFor(() => expect(document.querySelector('.reading')).toBeTruthy())
  press('Escape', box())
  await waitFor(() => expect(fake.called('discard_draft')).toHaveLength(1))
  slow.arrive()
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([files.of(7), files.of(7, 70)]).toEqual([[], []])
})

test('long text becomes a file, and can be put into the box all the same', async () => {
  const { fake, getByRole } = await openChat()
  const files = keepFiles(fake)
  type('Sum this up:', box())
  const insert = (kind: string, text: string) => {
    const event = new InputEvent(kind, { bubbles: true, cancelable: true, inputType: 'insertText', data: text })
    const data = { files: [], items: [], types: ['text/plain'], getData: () => text }
    if (kind !== 'beforeinput') Object.assign(event, { clipboardData: data, dataTransfer: data })
    box().dispatchEvent(event)
    settle()
    return event.defaultPrevented
  }
  const long = `<svg>${'y'.repeat(20_000)}`
  for (const kind of ['paste', 'drop', 'beforeinput']) expect(insert(kind, 'x'.repeat(20_000))).toBe(false)
  expect(insert('paste', long)).toBe(true)
  await waitFor(() => expect(files.of(7)).toEqual(['Pasted text.txt']))
  expect(fake.headers('add_attachment')[0]).toEqual({ 'x-name': 'Pasted%20text.txt', 'x-pasted': 'true', 'x-conversation': '7' })
  expect(box().value).toBe('Sum this up:')
  expect(insert('drop', long)).toBe(true)
  await waitFor(() => expect(files.of(7)).toEqual(['Pasted text.txt', 'Pasted text 2.txt']))
  await waitFor(() => expect(sendButton().disabled).toBe(false))
  await waitFor(() => expect(heard()).toBe('Pasted text 2.txt attached'))

  getByRole('button', { name: 'Put it in the box' }).click()
  await waitFor(() => expect(files.of(7)).toEqual(['Pasted text.txt']))
  expect(box().value).toBe(`Sum this up:\n${long}`)
})

test('what a file adds to each turn stands beside it, and of a PDF how many pages it has', async () => {
  const files = [
    { ...kept(1, 'three.pdf'), mime: 'application/pdf', size: 120_000, pages: [3, 3] as [number, number], points: { low: 12, high: 96 } },
    { ...kept(2, 'packed.pdf'), mime: 'application/pdf', size: 60_000, pages: [1, 40] as [number, number], points: null },
    { ...kept(3, 'free.txt'), points: { low: 0, high: 0 } },
  ]
  await open({ conversations: chats }, { draft: () => ({ text: null, model: null, parameters: null, preset: null, film: null, attachments: files, card: null, largest: 1e8 }) })
  const facts = () => [...document.querySelectorAll('[data-attachment] .num')].map((it) => it.textContent)
  await waitFor(() => expect(facts()).toEqual(['120 kB · 3 pages · ≈ 12–96 points', '60 kB · up to 40 pages', '7 B']))
})
