// The window's own menus: by the right button and by keys, on a chat of the list, a message, a link, code and selected text.
import { expect, test } from 'vitest'
import { answer, conversation, detail, question, retryCost, status } from './samples'
import { words } from '../../ui/src/words/all'
import { open, press, settle, type, waitFor } from './window'

const again = words.message.regenerate
const edit = words.message.editQuestion
const keep = words.chats.keep

const borrow = conversation(1, 'Borrow checker')
const chats = [borrow, conversation(2, 'Lisbon in May')]
const code = '<div class="code" data-lang="rust"><pre><code>let a = 1;\n</code></pre></div>'
const asked = question(11, 'Why?')
const messages = [
  asked,
  answer(12, ['<p>See <a href="https://doc.rust-lang.org/book/">the book</a></p>', code]),
]

async function thread(answers = {}) {
  location.hash = '#chat/1'
  const it = await open(
    { conversations: chats },
    { open_conversation: () => detail(borrow, messages), ...answers },
  )
  await waitFor(() => expect(document.querySelector('.answer a')).toBeTruthy())
  return it
}

function rightClick(target: Element | null) {
  const event = new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX: 40, clientY: 50 })
  target?.dispatchEvent(event)
  settle()
  return event
}
const shown = () => document.querySelector<HTMLElement>('[role="menu"]')
const labels = () => [...(shown()?.querySelectorAll('[role="menuitem"] > span:first-child') ?? [])].map((item) => item.textContent)
const focused = () => document.activeElement?.querySelector('span')?.textContent
function pickRadio(label: string) {
  const items = [...(shown()?.querySelectorAll<HTMLElement>('[role="menuitemradio"]') ?? [])]
  items.find((item) => item.querySelector('span')?.textContent === label)?.click()
  settle()
}
function pick(label: string) {
  const items = [...(shown()?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])]
  items.find((item) => item.querySelector('span')?.textContent === label)?.click()
  settle()
}

test('a chat of the list is renamed in its row', async () => {
  const { fake, getByRole } = await thread()
  const row = document.querySelector('[data-chat="2"] a')
  expect(rightClick(row).defaultPrevented).toBe(true)
  expect(labels()).toEqual(['Rename', 'Pin', 'Duplicate', 'What it cost', 'Copy title', 'Copy as Markdown', 'Export…', 'Print…', 'Archive', 'Delete'])
  pick('Rename')
  const field = getByRole('textbox', { name: 'Title of this chat' }) as HTMLInputElement
  await waitFor(() => expect(field.value).toBe('Lisbon in May'))
  type('Lisbon', field)
  press('Enter', field)
  await waitFor(() => expect(fake.called('change_conversation')).toEqual([{ id: 2, change: { title: 'Lisbon' } }]))
})

test('a deleted chat goes into the bin, and the toast brings it back', async () => {
  const { fake, getByRole } = await thread()
  const row = document.querySelector<HTMLElement>('[data-chat="2"] a')
  row?.focus()
  rightClick(row)
  pick('Delete')
  await waitFor(() => expect(fake.called('organize')).toEqual([{ ids: [2], what: { kind: 'delete', on: true } }]))
  await waitFor(() => expect(document.activeElement?.getAttribute('href')).toBe('#chat/1'))
  await waitFor(() => getByRole('button', { name: 'Undo' }))
  getByRole('button', { name: 'Undo' }).click()
  await waitFor(() => expect(fake.called('organize').at(-1)).toEqual({ ids: [2], what: { kind: 'delete', on: false } }))
})

test('for good a chat is deleted from the bin alone, asked about in the menu, and keeping it is first', async () => {
  const gone = conversation(5, 'Gone', { deletedAt: Date.now() })
  const { fake, getByRole } = await thread({ list_conversations: () => ({ count: 1, rows: [gone] }) })
  getByRole('button', { name: /^Which chats are listed/ }).click()
  settle()
  pickRadio('Recently deleted')
  await waitFor(() => expect(document.querySelector('[data-chat="5"]')).toBeTruthy())
  const row = document.querySelector<HTMLElement>('[data-chat="5"] a')
  row?.focus()
  rightClick(row)
  expect(labels()).toEqual(['Put back', 'Delete for good'])
  pick('Delete for good')
  expect(shown()?.textContent).toContain('Delete this chat for good?')
  await waitFor(() => expect(focused()).toBe(keep))
  pick(keep)
  expect(document.activeElement).toBe(row)
  rightClick(row)
  pick('Delete for good')
  pick('Delete for good')
  await waitFor(() => expect(fake.called('delete_conversation')).toEqual([{ id: 5 }]))
})

test('the button of a row opens the same menu', async () => {
  const { getByRole } = await thread()
  getByRole('button', { name: 'More for Lisbon in May' }).click()
  settle()
  expect(labels()).toEqual(['Rename', 'Pin', 'Duplicate', 'What it cost', 'Copy title', 'Copy as Markdown', 'Export…', 'Print…', 'Archive', 'Delete'])
})

test('where a menu opens no tooltip stands before it, until the pointer comes once more', async () => {
  const { getByRole } = await thread()
  const button = getByRole('button', { name: words.chats.menu })
  const title = button.title
  expect(title).not.toBe('')
  button.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }))
  button.click()
  await waitFor(() => expect(shown()).toBeTruthy())
  expect(button.hasAttribute('title')).toBe(false)
  button.dispatchEvent(new PointerEvent('pointerleave'))
  expect(button.title).toBe(title)
})

test('an answer is copied and asked for again, with its price', async () => {
  const { fake } = await thread({ retry_cost: () => retryCost({ regenerate: { low: 140, high: 190 } }), resend: () => answer(12, [], { state: 'queued' }) })
  rightClick(document.querySelector('article[data-role="assistant"] .answer p'))
  expect(labels()).toEqual(['Copy text', 'Copy as Markdown', again, 'Edit answer', 'Fork here', 'Delete'])
  await waitFor(() => expect(shown()?.textContent).toContain('≈ 140–190'))
  pick('Copy as Markdown')
  await waitFor(() => expect(fake.called('copy_message')).toEqual([{ messageId: 12, question: null }]))
  rightClick(document.querySelector('article[data-role="assistant"] .answer p'))
  pick(again)
  await waitFor(() => expect(fake.called('resend').length).toBe(1))
})

test('a question is copied and taken up again', async () => {
  const { fake, getByRole } = await thread()
  rightClick(document.querySelector('article[data-role="user"] .bubble'))
  expect(labels()).toEqual(['Copy text', edit, 'Fork here', 'Delete'])
  pick('Copy text')
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'Why?' }]))
  rightClick(document.querySelector('article[data-role="user"] .bubble'))
  pick(edit)
  await waitFor(() => expect((getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement).value).toBe('Why?'))
})

test('an answer on its way can be copied, and nothing else', async () => {
  location.hash = '#chat/1'
  const live = answer(12, ['<p>Half</p>'], { state: 'streaming', firstTextAt: 1 })
  await open({ conversations: chats }, { open_conversation: () => detail(borrow, [asked, live]) })
  await waitFor(() => expect(document.querySelector('.answer p')).toBeTruthy())
  rightClick(document.querySelector('.answer p'))
  expect(labels()).toEqual(['Copy text', 'Copy as Markdown'])
  rightClick(document.querySelector('.bubble'))
  expect(labels()).toEqual(['Copy text'])
})

test('one that was stopped can go on', async () => {
  location.hash = '#chat/1'
  const stopped = answer(12, ['<p>Half</p>'], status({ state: 'stopped' }))
  await open({ conversations: chats }, { open_conversation: () => detail(borrow, [asked, stopped]) })
  await waitFor(() => expect(document.querySelector('.answer p')).toBeTruthy())
  rightClick(document.querySelector('.answer p'))
  expect(labels()).toEqual(['Copy text', 'Copy as Markdown', 'Continue', again, 'Edit answer', 'Fork here', 'Delete'])
})

test('a link is opened and copied, before all that its message offers', async () => {
  const { fake } = await thread()
  rightClick(document.querySelector('.answer a'))
  expect(labels().slice(0, 2)).toEqual(['Open link', 'Copy address'])
  expect(labels()).toContain('Copy as Markdown')
  pick('Open link')
  await waitFor(() => expect(fake.called('open_link')).toEqual([{ url: 'https://doc.rust-lang.org/book/' }]))
  rightClick(document.querySelector('.answer a'))
  pick('Copy address')
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'https://doc.rust-lang.org/book/' }]))
})

test('code offers what its buttons do', async () => {
  const { fake } = await thread()
  const line = document.querySelector('.answer .code code')
  rightClick(line)
  expect(labels()).toEqual(expect.arrayContaining(['Wrap lines', 'Copy code']))
  pick('Wrap lines')
  expect(document.querySelector('.answer .code')?.getAttribute('data-own-wrap')).toBe('true')
  rightClick(line)
  expect(labels()).toContain('Stop wrapping lines')
  pick('Copy code')
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'let a = 1;\n' }]))
})

test('by keys: arrows go round, Home, End and letters find, Esc gives the focus back', async () => {
  await thread()
  const row = document.querySelector<HTMLElement>('[data-chat="1"] a')
  row?.focus()
  press('ContextMenu')
  await waitFor(() => expect(focused()).toBe('Rename'))
  press('ArrowUp')
  expect(focused()).toBe('Delete')
  press('ArrowDown')
  expect(focused()).toBe('Rename')
  press('End')
  expect(focused()).toBe('Delete')
  press('Home')
  expect(focused()).toBe('Rename')
  press('c')
  expect(focused()).toBe('Copy title')
  press('Escape')
  expect(shown()).toBeNull()
  expect(document.activeElement).toBe(row)
  press('F10', row ?? undefined, { shiftKey: true })
  await waitFor(() => expect(focused()).toBe('Rename'))
})

test('from a button of a message it is the message’s menu', async () => {
  const { getAllByRole } = await thread()
  getAllByRole('button', { name: 'Copy answer' })[0]?.focus()
  press('ContextMenu')
  expect(labels()).toContain('Copy as Markdown')
})

test('a field keeps the system’s menu, and where there is nothing to offer none opens', async () => {
  const { getByRole } = await thread()
  const box = getByRole('textbox', { name: 'Message' })
  expect(rightClick(box).defaultPrevented).toBe(false)
  box.focus()
  press('ContextMenu')
  expect(shown()).toBeNull()
  expect(rightClick(document.querySelector('h1')).defaultPrevented).toBe(true)
  expect(shown()).toBeNull()
})
