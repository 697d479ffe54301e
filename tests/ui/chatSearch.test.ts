// The search over all chats and the one within a chat: what is asked, what is shown of it, and what the keys do.
import axe from 'axe-core'
import { beforeEach, expect, test, vi } from 'vitest'
import type { MessageView, SearchHit, SearchRequest, SearchView } from '../../ui/src/ipc'
import { answer, card, conversation, detail as conversationDetail, question } from './samples'
import { open, press, settle, type, waitFor } from './window'

const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
const plain = (text: string) => (text === '' ? [] : [{ text, isMatch: false }])
const hit = (messageId: number | null, snippet: string, change: Partial<SearchHit> = {}): SearchHit => ({
  foundIn: messageId === null ? 'title' : 'text',
  conversationId: 7,
  title: plain('About the moon'),
  messageId,
  role: messageId === null ? null : 'user',
  model: 'claude-sonnet-4.6',
  at: Date.now() - 1000,
  points: null,
  file: [],
  snippet: [{ text: 'the ', isMatch: false }, { text: snippet, isMatch: true }, { text: ' rises', isMatch: false }],
  written: [snippet],
  ...change,
})
const view = (hits: SearchHit[], change: Partial<SearchView> = {}): SearchView => ({ hits, next: null, meant: null, reading: null, ...change })
const detail = (messages: MessageView[]) => conversationDetail(conversation(7, 'About the moon'), messages)
const request = (args: Record<string, unknown>) => args.request as SearchRequest

beforeEach(() => {
  location.hash = '#chat'
  Element.prototype.scrollIntoView = () => {}
})
const field = () => document.querySelector<HTMLInputElement>('aside [role=searchbox]')!
const told = () => document.querySelector('[role=status].sr')?.textContent?.trim()

test('what is typed is found, gone through with the arrow keys, and opened at its message in its branch', async () => {
  const { fake, getByRole } = await open({ conversations: [conversation(7, 'About the moon')] }, {
    search_chats: () => view([hit(71, 'moon'), hit(null, 'moon', { title: [{ text: 'moon', isMatch: true }] })]),
    open_conversation: () => detail([question(71, 'When does the moon rise?', 7), answer(72, ['<p>The <b>mo</b>on, the moon</p>'], {}, 7)]),
  })
  field().focus()
  type('moon', field())
  await waitFor(() => {
    settle()
    expect(all('[data-hit]').length).toBe(2)
  })
  expect(location.hash).toBe('#search')
  expect(all('[data-hit] mark').map((mark) => mark.textContent)).toEqual(['moon', 'moon'])
  expect(getByRole('list', { name: 'Results' })).toBeTruthy()
  await waitFor(() => expect(told()).toBe('2 found'), { timeout: 2000 })

  press('ArrowDown', field())
  await new Promise((resolve) => setTimeout(resolve, 5))
  expect(document.activeElement).toBe(all('[data-hit]')[0])
  press('ArrowDown')
  expect(document.activeElement).toBe(all('[data-hit]')[1])
  press('ArrowDown')
  expect(document.activeElement).toBe(all('[data-hit]')[1])
  press('ArrowUp')
  press('ArrowUp')
  await waitFor(() => expect(document.activeElement).toBe(field()))
  press('Enter', field())
  ;(document.activeElement as HTMLElement).click()
  await waitFor(() => {
    settle()
    expect(document.querySelector('article[data-id="71"]')).toBeTruthy()
  })
  expect(location.hash).toBe('#chat/7')
  expect(fake.called('open_conversation')).toEqual([{ id: 7, at: 71 }])
  const { marks } = await import('../../ui/src/state/marks.svelte')
  expect([...marks.all]).toEqual([[71, ['moon']]])
  // Another chat has nothing marked.
  const { chat } = await import('../../ui/src/state/chat.svelte')
  chat.startNew()
  expect(marks.all.size).toBe(0)
})

test('while one search runs only the last of what is typed waits', async () => {
  const waiting: (() => void)[] = []
  const { fake } = await open({}, {
    search_chats: (args) => new Promise((resolve) => waiting.push(() => resolve(view([hit(1, request(args).text)])))),
  })
  field().focus()
  for (const text of ['m', 'mo', 'moo', 'moon']) type(text, field())
  const texts = () => fake.called('search_chats').map((args) => request(args).text)
  expect(texts()).toEqual(['m'])
  waiting.shift()?.()
  await waitFor(() => expect(texts()).toEqual(['m', 'moon']))
  expect(field().value).toBe('moon')
  waiting.shift()?.()
  await waitFor(() => {
    settle()
    expect(all('[data-hit] mark').map((mark) => mark.textContent)).toEqual(['moon'])
  })
})

test('the second page comes by itself once nobody types', async () => {
  const asked: [text: string, from: number | null][] = []
  const { fake } = await open({ conversations: [conversation(7, 'About the moon')] }, {
    search_chats: (args) => {
      const { text, from } = request(args)
      asked.push([text, from])
      return view([hit(from === null ? 71 : 72, text)], { next: from === null ? 9 : null })
    },
  })
  field().focus()
  type('mo', field())
  await waitFor(() => expect(fake.called('search_chats').length).toBe(1))
  type('moon', field())
  await waitFor(() => {
    settle()
    expect(all('[data-hit]').length).toBe(2)
  }, { timeout: 2000 })
  expect(asked).toEqual([['mo', null], ['moon', null], ['moon', 9]])
})

test('nothing found, another spelling, filters, a reading under way, a failure, more pages', async () => {
  let answers: () => SearchView = () => view([], { meant: 'moon' })
  const { fake, getByRole, getByLabelText, getByText } = await open({ conversations: [conversation(7, 'About the moon')] }, { search_chats: () => answers() })
  location.hash = '#search'
  await waitFor(() => {
    settle()
    expect(getByText('Search all chats')).toBeTruthy()
  })
  type('mooon', field())
  await waitFor(() => {
    settle()
    expect(getByText('Nothing found')).toBeTruthy()
  })
  answers = () => view([hit(71, 'moon')], { next: 5 })
  getByRole('button', { name: 'moon' }).click()
  await waitFor(() => {
    settle()
    expect(all('[data-hit]').length).toBe(1)
  })
  expect(field().value).toBe('moon')

  await new Promise((resolve) => setTimeout(resolve, 10))
  getByRole('button', { name: 'Show more' }).click()
  answers = () => view([hit(72, 'moon')])
  await waitFor(() => {
    settle()
    expect(all('[data-hit]').length).toBeGreaterThan(1)
  })
  expect(request(fake.called('search_chats').at(-1)!).from).toBe(5)

  const choose = (label: string, value: string) => {
    const select = getByLabelText(label) as HTMLSelectElement
    select.value = value
    select.dispatchEvent(new Event('change', { bubbles: true }))
  }
  choose('Model', 'claude-sonnet-4.6')
  choose('Cost', '1000')
  choose('Date', '7')
  getByLabelText('With files').click()
  getByLabelText('Answers').click()
  getByLabelText('Best match').click()
  await waitFor(() => {
    const { filter, order, from, shown } = request(fake.called('search_chats').at(-1)!)
    expect(shown).toBe(Math.ceil(innerHeight / 104))
    expect({ ...filter, since: null, order, from }).toEqual({
      conversation: null, project: null, model: 'claude-sonnet-4.6', role: 'assistant', since: null, until: null, hasFiles: true, points: 1000, order: 'best', from: null,
    })
    expect(Date.now() - (filter.since ?? 0)).toBeGreaterThan(6.9 * 86_400_000)
  })
  settle()
  const { violations } = await axe.run(document.querySelector('main') ?? document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([])
  getByRole('button', { name: 'Clear filters' }).click()
  await waitFor(() => expect(request(fake.called('search_chats').at(-1)!).filter.model).toBeNull())

  fake.emit('search', { read: 12_300, of: 100_000 })
  settle()
  expect(getByText(/Still reading 12,300 of 100,000 messages/)).toBeTruthy()
  const before = fake.called('search_chats').length
  fake.emit('search', null)
  await waitFor(() => expect(fake.called('search_chats').length).toBe(before + 1))

  fake.answer('search_chats', () => {
    throw card('storage_failed', 'The disk is full')
  })
  type('moons', field())
  await waitFor(() => {
    settle()
    expect(document.querySelector('[data-code=storage_failed]')).toBeTruthy()
  })
  // Esc empties the field, and once more goes back.
  field().focus()
  press('Escape', field())
  expect(field().value).toBe('')
  press('Escape', field())
  expect(location.hash).toBe('#chat')
}, 30_000)

test('Ctrl F finds in the open chat, counts, steps and closes', async () => {
  const found = [{ messageId: 71, count: 1, written: ['moon'] }, { messageId: 72, count: 2, written: ['moon', 'Moon'] }]
  location.hash = '#chat/7'
  const { fake, getByRole } = await open({ conversations: [conversation(7, 'About the moon')], open: 7 }, {
    open_conversation: () => detail([question(71, 'When does the moon rise?', 7), answer(72, ['<p>The Moon, the moon</p>'], {}, 7)]),
    find_in_chat: () => found,
  })
  await waitFor(() => {
    settle()
    expect(all('article').length).toBe(2)
  })
  press('f', document.body, { ctrlKey: true })
  await waitFor(() => {
    settle()
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Find in this chat')
  })
  const box = document.activeElement as HTMLInputElement
  type('moon', box)
  const count = () => document.querySelector('.find .count')?.textContent
  await waitFor(() => {
    settle()
    expect(count()).toBe('2 of 3')
  })
  expect(fake.called('find_in_chat').at(-1)).toEqual({ conversationId: 7, text: 'moon' })
  const { marks } = await import('../../ui/src/state/marks.svelte')
  expect(marks.now).toEqual({ messageId: 72, nth: 0 })
  press('Enter', box)
  expect(count()).toBe('3 of 3')
  press('Enter', box)
  expect([count(), marks.now?.messageId]).toEqual(['1 of 3', 71])
  press('Enter', box, { shiftKey: true })
  expect(count()).toBe('3 of 3')
  getByRole('button', { name: 'Next' }).click()
  settle()
  expect(count()).toBe('1 of 3')
  press('Escape', box)
  expect(document.querySelector('.find')).toBeNull()
  expect(marks.all.size).toBe(0)
  expect(document.activeElement?.tagName).toBe('TEXTAREA')
  press('F', document.body, { ctrlKey: true, shiftKey: true })
  await waitFor(() => expect(document.activeElement).toBe(field()))
  expect(location.hash).toBe('#search')
})

test('words are found on the page across bold, not within its buttons, and nothing of it changes', async () => {
  const { rangesOf } = await import('../../ui/src/marks')
  const root = document.createElement('div')
  root.innerHTML = '<p>The <b>mo</b>on and the moon<button>moon</button></p>'
  const html = root.innerHTML
  expect(rangesOf(root, ['moon', 'The']).map(String)).toEqual(['The', 'moon', 'moon'])
  expect(rangesOf(root, ['']).length).toBe(0)
  expect(root.innerHTML).toBe(html)
  vi.unstubAllGlobals()
})
