// The list of chats put in order: several at once, projects, and a list of many.
import { expect, test } from 'vitest'
import { conversation, list, project } from './samples'
import { open, press, settle, type, waitFor } from './window'

const chats = [1, 2, 3, 4].map((id) => conversation(id, `Chat ${id}`, { updatedAt: Date.now() - id * 1_000 }))
const link = (id: number) => document.querySelector<HTMLElement>(`[data-chat="${id}"] a`)
const click = (id: number, keys: MouseEventInit = {}) => {
  link(id)?.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true, ...keys }))
  settle()
}
const selected = () => [...document.querySelectorAll('[data-selected]')].map((row) => row.closest('li')?.dataset.chat)

test('several are selected with Ctrl and Shift, and put away at once', async () => {
  const { fake, getByRole, queryByRole } = await open({ conversations: chats })
  click(2, { ctrlKey: true })
  click(4, { shiftKey: true })
  await waitFor(() => expect(selected()).toEqual(['2', '3', '4']))
  click(3, { ctrlKey: true })
  expect(selected()).toEqual(['2', '4'])
  await waitFor(() => getByRole('group', { name: '2 selected' }))
  getByRole('button', { name: 'Archive' }).click()
  await waitFor(() => expect(fake.called('organize')).toEqual([{ ids: [2, 4], what: { kind: 'archive', on: true } }]))
  await waitFor(() => expect(queryByRole('group', { name: /selected/ })).toBeNull())
  expect(fake.called('open_conversation')).toEqual([])
})

test('keys move through the list, select, and delete with a way back', async () => {
  const { fake, getByRole } = await open({ conversations: chats })
  link(1)?.focus()
  press('ArrowDown', link(1) as HTMLElement)
  await waitFor(() => expect(document.activeElement).toBe(link(2)))
  press('ArrowDown', link(2) as HTMLElement, { shiftKey: true })
  await waitFor(() => expect(document.activeElement).toBe(link(3)))
  expect(selected()).toEqual(['2', '3'])
  press('Delete', link(3) as HTMLElement)
  await waitFor(() => expect(fake.called('organize')).toEqual([{ ids: [2, 3], what: { kind: 'delete', on: true } }]))
  await waitFor(() => getByRole('button', { name: 'Undo' }))
})

test('a project is a list of its own, in which a new chat begins', async () => {
  const own = conversation(9, 'Harbor', { projectId: 5 })
  const { fake, getByRole, getByText } = await open({ conversations: [...chats, own] }, { list_conversations: () => ({ count: 1, rows: [own] }) })
  fake.emit('projects', [project(5, 'Lisbon', { chats: 1, model: 'gpt-5.2', parameters: { system: 'Be brief.', temperature: null, topP: null, maxTokens: null, budget: 900, declared: {} } })])
  await waitFor(() => getByText('Lisbon'))
  getByRole('button', { name: /^Lisbon/ }).click()
  await waitFor(() => expect(fake.called('list_conversations')).toEqual([{ of: { kind: 'project', id: 5 }, from: 0, count: 100 }]))
  await waitFor(() => expect([...document.querySelectorAll('[data-chat]')].length).toBe(1))

  getByRole('button', { name: 'New chat' }).click()
  type('Which tram?', getByRole('textbox', { name: 'Message' }))
  press('Enter', getByRole('textbox', { name: 'Message' }))
  await waitFor(() =>
    expect(fake.called('begin_conversation')).toEqual([
      { first: expect.objectContaining({ projectId: 5, model: 'gpt-5.2', parameters: expect.objectContaining({ system: 'Be brief.', budget: null }) }) },
    ]),
  )
})

test('of ten thousand chats the first are here, and the rest is asked for where it is looked at', async () => {
  const { fake } = await open({ conversations: chats })
  const row = (n: number) => conversation(n + 1, `Chat ${n + 1}`, { updatedAt: Date.now() - n * 60_000 })
  fake.answer('list_conversations', ({ from, count }) => ({ count: 10_000, rows: Array.from({ length: count as number }, (_, n) => row((from as number) + n)) }))
  fake.emit('conversations', { ...list(Array.from({ length: 60 }, (_, n) => row(n))), count: 10_000 })
  await waitFor(() => expect(document.querySelectorAll('[data-chat]').length).toBeGreaterThan(40))
  expect(document.querySelectorAll('[data-chat]').length).toBeLessThan(200)
  const { conversations } = await import('../../ui/src/state/conversations.svelte')
  await conversations.load(5_000, 5_020)
  expect(fake.called('list_conversations').at(-1)).toEqual({ of: { kind: 'chats' }, from: 5_000, count: 21 })
  expect(conversations.find(5_001)?.title).toBe('Chat 5001')
})

const point = (kind: string, target: Element, x: number, y: number, more: PointerEventInit = {}) => {
  document.elementFromPoint = () => target
  target.dispatchEvent(new PointerEvent(kind, { bubbles: true, cancelable: true, button: 0, buttons: kind === 'pointerup' ? 0 : 1, clientX: x, clientY: y, ...more }))
  settle()
}
const row = (id: number) => link(id) as HTMLElement
/** The pointer goes down on a chat and moves, at first by too little. */
const dragFrom = (id: number) => {
  point('pointerdown', row(id), 40, 200)
  point('pointermove', row(id), 42, 202)
}
const place = (drop: string) => document.querySelector<HTMLElement>(`[data-drop="${drop}"]`) as HTMLElement

test('chats are dragged into a project, with those that are selected, and Esc gives it up', async () => {
  const { fake, getByText } = await open({ conversations: chats })
  fake.emit('projects', [project(5, 'Lisbon')])
  await waitFor(() => getByText('Lisbon'))
  dragFrom(2)
  expect(document.querySelector('.ghost'), 'a hand that clicks moves, too').toBeNull()
  point('pointermove', place('project:5'), 40, 120)
  expect(document.querySelector('.ghost')?.textContent).toBe('Chat 2')
  expect(place('project:5').classList.contains('over')).toBe(true)
  point('pointerup', place('project:5'), 40, 120)
  await waitFor(() => expect(fake.called('organize')).toEqual([{ ids: [2], what: { kind: 'project', id: 5 } }]))
  expect(document.querySelector('.ghost')).toBeNull()

  // Given up, it changes nothing, and the press that ends it opens nothing.
  dragFrom(2)
  point('pointermove', place('project:5'), 40, 120)
  press('Escape')
  expect(document.querySelector('.ghost')).toBeNull()
  point('pointerup', row(2), 40, 200)
  click(2)
  expect(fake.called('organize').length).toBe(1)
  expect(fake.called('open_conversation')).toEqual([])
  await new Promise((then) => setTimeout(then))

  click(3, { ctrlKey: true })
  click(4, { ctrlKey: true })
  dragFrom(3)
  point('pointermove', place('project:5'), 40, 120)
  expect(document.querySelector('.ghost')?.textContent).toBe('2 chats')
  point('pointermove', place('delete'), 40, 600)
  point('pointerup', place('delete'), 40, 600)
  await waitFor(() => expect(fake.called('organize').at(-1)).toEqual({ ids: [3, 4], what: { kind: 'delete', on: true } }))
})

test('a chat is dropped only where that changes something', async () => {
  const pinned = conversation(7, 'Held', { pinned: true })
  const { fake } = await open({ conversations: [pinned, ...chats] })
  dragFrom(7)
  point('pointermove', place('pin'), 40, 150)
  point('pointerup', place('pin'), 40, 150)
  // A finger scrolls.
  point('pointerdown', row(2), 40, 200, { pointerType: 'touch' })
  point('pointermove', place('pin'), 40, 150, { pointerType: 'touch' })
  expect(document.querySelector('.ghost')).toBeNull()
  point('pointerup', place('pin'), 40, 150)
  expect(fake.called('organize')).toEqual([])

  dragFrom(2)
  point('pointermove', place('pin'), 40, 150)
  point('pointerup', place('pin'), 40, 150)
  await waitFor(() => expect(fake.called('organize')).toEqual([{ ids: [2], what: { kind: 'pin', on: true } }]))
  dragFrom(7)
  point('pointermove', row(3), 40, 300)
  point('pointerup', row(3), 40, 300)
  await waitFor(() => expect(fake.called('organize').at(-1)).toEqual({ ids: [7], what: { kind: 'pin', on: false } }))
})

test('projects are put in order by dragging, and from the page of each', async () => {
  const { fake, getByText, getByRole } = await open({ conversations: chats })
  fake.emit('projects', [project(5, 'Lisbon'), project(6, 'Harbor'), project(7, 'Garden')])
  await waitFor(() => getByText('Garden'))
  const of = (id: number) => document.querySelector(`[data-project="${id}"]`) as HTMLElement
  const drag = (id: number, onto: number, y: number) => {
    of(onto).getBoundingClientRect = () => new DOMRect(0, 100, 200, 30)
    point('pointerdown', of(id).querySelector('button') as Element, 40, 160)
    point('pointermove', of(onto), 40, y)
  }
  drag(7, 5, 105)
  expect(document.querySelector('.ghost')?.textContent).toBe('Garden')
  expect(of(5).classList.contains('before')).toBe(true)
  point('pointerup', of(5), 40, 105)
  await waitFor(() => expect(fake.called('order_projects')).toEqual([{ ids: [7, 5, 6] }]))
  // Where it stands already nothing changes.
  drag(5, 6, 105)
  expect(of(6).classList.contains('before')).toBe(false)
  point('pointerup', of(6), 40, 105)
  await new Promise((then) => setTimeout(then))
  expect(fake.called('order_projects').length).toBe(1)

  location.hash = '#project/6'
  window.dispatchEvent(new Event('hashchange'))
  settle()
  await waitFor(() => getByRole('heading', { name: 'Harbor' }))
  getByRole('button', { name: 'More for this project' }).click()
  await waitFor(() => getByRole('menuitem', { name: 'Move down in the list' }))
  getByRole('menuitem', { name: 'Move up in the list' }).click()
  await waitFor(() => expect(fake.called('order_projects').at(-1)).toEqual({ ids: [6, 5, 7] }))
})
