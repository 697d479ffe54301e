// What is done with one message: changed in its place, deleted and put back, forked, quoted; and the row under it.
import axe from 'axe-core'
import { afterEach, expect, test } from 'vitest'
import type { MessageView } from '../../ui/src/ipc'
import { words } from '../../ui/src/words/all'
import { withQuote } from '../../ui/src/state/quote'
import { action, answer, card, conversation, detail, question, status } from './samples'
import { open, press, settle, type, waitFor } from './window'

const seven = conversation(7, 'Seven')
const asked = () => question(8, 'Why?', 7)
const answered = () => answer(9, ['<p>So it is.</p>'], {}, 7)

// Other files' tests run in the same page.
afterEach(() => getSelection()?.removeAllRanges())

async function thread(messages: MessageView[] = [asked(), answered()], answers: Parameters<typeof open>[1] = {}, change = {}) {
  location.hash = '#chat/7'
  const it = await open({ conversations: [seven] }, { open_conversation: () => ({ ...detail(seven, messages), ...change }), ...answers })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(messages.length))
  return it
}
const article = (id: number) => document.querySelector<HTMLElement>(`article[data-id="${id}"]`)
const box = () => document.querySelector<HTMLTextAreaElement>('.composer textarea')!
const heard = (text: string) => waitFor(() => expect([...document.querySelectorAll('[role="status"]')].map((it) => it.textContent?.trim())).toContain(text))
async function pick(id: number, label: string) {
  const buttons = [...(article(id)?.querySelectorAll<HTMLElement>(`button[aria-label="${words.message.more}"]`) ?? [])]
  buttons.at(-1)?.click()
  settle()
  const items = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  items.find((item) => item.querySelector('span')?.textContent === label)?.click()
  settle()
}
async function faults() {
  const found = await axe.run(document.body, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } })
  return found.violations.filter((it) => it.impact === 'serious' || it.impact === 'critical').map((it) => `${it.id}: ${it.nodes[0]?.html}`)
}
function select(node: Node) {
  const range = document.createRange()
  range.selectNodeContents(node)
  getSelection()?.removeAllRanges()
  getSelection()?.addRange(range)
}

test('a question is changed in its place, and nothing is asked', async () => {
  const changed = { ...question(8, 'Why not?', 7), status: status({ editedAt: Date.now() }) }
  const { fake, getByRole } = await thread(undefined, { edit_message: () => changed })
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box().value).toBe('Why?'))
  type('Why not?', box())
  press('s', box(), { ctrlKey: true })
  await waitFor(() => expect(fake.called('edit_message')).toEqual([{ messageId: 8, text: 'Why not?', attachments: [] }]))
  await waitFor(() => expect(article(8)?.textContent).toContain('Why not?'))
  expect(article(8)?.textContent).toContain(words.message.wasEdited)
  expect(document.querySelectorAll('article').length, 'later messages stay').toBe(2)
  await heard(words.chat.changed)
  expect(box().value).toBe('')
  expect(fake.called('send')).toEqual([])
  expect(document.activeElement).toBe(box())
})

test('saved by its button beside Cancel; an empty one is not, and what is refused stays in the box', async () => {
  const refused = card('storage_failed', 'The disk is full', { actions: [action('dismiss', 'OK')] })
  const { fake, getByRole } = await thread(undefined, { edit_message: () => Promise.reject(refused) })
  getByRole('button', { name: 'Edit' }).click()
  const save = () => getByRole('button', { name: words.chat.save }) as HTMLButtonElement
  await waitFor(() => expect(save().disabled).toBe(false))
  expect(await faults()).toEqual([])
  type(' ', box())
  expect(save().disabled).toBe(true)
  type('Why now?', box())
  save().click()
  await waitFor(() => expect(document.querySelector('.refused')?.textContent).toContain('The disk is full'))
  expect([box().value, article(8)?.dataset.edited]).toEqual(['Why now?', 'true'])
  expect(fake.called('send')).toEqual([])
})

test('an answer is changed in its place, by keys, and says so', async () => {
  const changed = answer(9, ['<p>So it was.</p>'], { editedAt: Date.now() }, 7)
  const { fake, getByRole } = await thread(undefined, { message_source: () => 'So it **is**.', edit_message: () => changed })
  await pick(9, words.message.editAnswer)
  const field = () => getByRole('textbox', { name: words.message.answerText }) as HTMLTextAreaElement
  await waitFor(() => expect([field().value, document.activeElement]).toEqual(['So it **is**.', field()]))
  expect(article(9)?.querySelector('.answer'), 'in the place of its words').toBeNull()
  expect(await faults()).toEqual([])
  // What is written is kept, and Esc gives it up.
  type('So it', field())
  await waitFor(() => expect(fake.drafts.get(JSON.stringify({ conversationId: 7, insteadOf: 9 }))?.text).toBe('So it'))
  press('Escape', field())
  await waitFor(() => expect(article(9)?.querySelector('.answer')?.textContent).toBe('So it is.'))
  await waitFor(() => expect(fake.drafts.has(JSON.stringify({ conversationId: 7, insteadOf: 9 }))).toBe(false))

  await pick(9, words.message.editAnswer)
  await waitFor(() => expect(field().value).toBe('So it **is**.'))
  type('So it was.', field())
  press('Enter', field(), { ctrlKey: true })
  await waitFor(() => expect(fake.called('edit_message')).toEqual([{ messageId: 9, text: 'So it was.', attachments: [] }]))
  await waitFor(() => expect(article(9)?.querySelector('.answer')?.textContent).toBe('So it was.'))
  expect(article(9)?.textContent).toContain(words.message.wasEdited)
  await waitFor(() => expect(document.activeElement).toBe(box()))
})

test('an answer that was being changed is after a restart', async () => {
  const { getByRole } = await thread(undefined, { draft: ({ place }) => ({ text: (place as { insteadOf: number | null }).insteadOf === 9 ? 'So far' : null, model: null, parameters: null, preset: null, film: null, attachments: [], card: null, largest: 1e8 }) }, { editing: 9 })
  await waitFor(() => expect((getByRole('textbox', { name: words.message.answerText }) as HTMLTextAreaElement).value).toBe('So far'))
  expect(box().value, 'and the box is for the next message').toBe('')
})

test('a deleted message leaves its place, and comes back by the toast or from there', async () => {
  const gone = { ...answer(9, [], {}, 7), deleted: 'undoable' as const }
  const more = [question(10, 'And?', 7), answer(11, ['<p>Then.</p>'], {}, 7)]
  const { fake, getByRole } = await thread([asked(), answered(), ...more], { delete_message: () => gone, put_back_message: () => answered() })
  await pick(9, words.chat.deleteMessage)
  await waitFor(() => expect(article(9)?.dataset.deleted).toBe('undoable'))
  expect(article(9)?.textContent).toContain(words.message.deletedAnswer)
  expect(article(11)?.textContent, 'what follows stays').toContain('Then.')
  await heard(words.chat.messageDeleted)
  expect(await faults()).toEqual([])
  getByRole('button', { name: words.chats.undo }).click()
  await waitFor(() => expect(article(9)?.querySelector('.answer')?.textContent).toBe('So it is.'))
  expect(fake.called('put_back_message')).toEqual([{ messageId: 9 }])

  await pick(9, words.chat.deleteMessage)
  await waitFor(() => expect(article(9)?.dataset.deleted).toBe('undoable'))
  getByRole('button', { name: words.chat.putBack }).click()
  await waitFor(() => expect(article(9)?.dataset.deleted).toBeUndefined())
  await waitFor(() => expect(document.querySelector('.toast'), 'nothing is left to undo').toBeNull())
})

test('one that is gone for good offers nothing, and is not taken up again', async () => {
  const gone = { ...asked(), text: '', deleted: 'forGood' as const }
  const { queryByRole } = await thread([gone, answered()])
  expect(article(8)?.textContent).toContain(words.message.deletedQuestion)
  expect(queryByRole('button', { name: words.chat.putBack })).toBeNull()
  box().focus()
  press('ArrowUp', box())
  expect(document.querySelector('[data-edited]')).toBeNull()
})

test('a fork is opened at once', async () => {
  const fresh = conversation(70, 'Seven (fork)')
  const { fake } = await thread(undefined, { fork_conversation: () => fresh })
  await pick(9, words.message.fork)
  await waitFor(() => expect(fake.called('fork_conversation')).toEqual([{ messageId: 9, title: 'Seven (fork)' }]))
  await waitFor(() => expect(location.hash).toBe('#chat/70'))
  expect(fake.called('send')).toEqual([])
})

test('while an answer is on its way nothing is changed', async () => {
  const live = answer(9, ['<p>Half</p>'], { state: 'streaming', firstTextAt: 1 }, 7)
  await thread([asked(), live])
  expect(document.querySelectorAll(`button[aria-label="${words.message.more}"]`).length).toBe(0)
})

test.each([
  ['', 0, 'One\n\ntwo', '> One\n>\n> two\n\n', 15],
  ['See: and more', 4, 'it', 'See:\n\n> it\n\n and more', 12],
  ['Before\n\n', 8, ' it ', 'Before\n\n> it\n\n', 14],
])('in %j at %i, %j is quoted', (text, at, quoted, expected, cursor) => {
  expect(withQuote(text, at, quoted)).toEqual({ text: expected, cursor })
})

test('what is selected is quoted where the cursor is, and the draft is kept', async () => {
  const { fake } = await thread()
  type('About this:', box())
  box().setSelectionRange(11, 11)
  select(article(9)!.querySelector('.answer p')!)
  press('q', document.body, { altKey: true })
  await waitFor(() => expect(box().value).toBe('About this:\n\n> So it is.\n\n'))
  await waitFor(() => expect([document.activeElement, box().selectionStart]).toEqual([box(), box().value.length]))
  await waitFor(() => expect(fake.drafts.get(JSON.stringify({ conversationId: 7, insteadOf: null }))?.text).toBe(box().value))
  // By its menu, too.
  select(article(8)!.querySelector('.text')!)
  article(8)?.querySelector('.text')?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2 }))
  settle()
  const items = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  items.find((item) => item.querySelector('span')?.textContent === words.message.quote)?.click()
  await waitFor(() => expect(box().value).toContain('> Why?'))
})

test('the row under a message is there from the start, and by axe each of its buttons is called by what is seen on it', async () => {
  const cost = { low: 140, high: 190 }
  await thread([asked(), answered(), question(10, 'And?', 7), answer(11, ['<p>Then.</p>'], {}, 7)], { retry_cost: () => ({ regenerate: cost, goOn: null, shorter: null, longer: null }) })
  await waitFor(() => expect(article(11)?.textContent).toContain('≈ 140–190'))
  expect(article(9)?.querySelector('.acts')?.classList.contains('near')).toBe(true)
  expect(article(11)?.querySelector('.acts')?.classList.contains('near'), 'at the end it is always seen').toBe(false)
  const found = await axe.run(document, { runOnly: ['label-content-name-mismatch', 'button-name', 'aria-allowed-attr'], rules: { 'label-content-name-mismatch': { enabled: true } } })
  expect(found.violations.map((it) => it.nodes[0]?.html)).toEqual([])
})
