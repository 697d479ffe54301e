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
  fake.emit('projects', [project(5, 'Lisbon', { chats: 1, model: 'gpt-5.2', parameters: { system: 'Be brief.', temperature: null, topP: null, maxTokens: null, budget: 900 } })])
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
