// A project's page: its files, and what they add to each turn; its chats say that they go along.
import { expect, test } from 'vitest'
import type { AttachmentView, StandingCost } from '../../ui/src/ipc'
import { conversation, detail, project } from './samples'
import { open, settle, waitFor } from './window'

const file = (id: number, name: string, change: Partial<AttachmentView> = {}): AttachmentView => ({ id, messageId: null, name, mime: 'text/plain', size: 1_200, preview: null, leftOut: false, pages: null, points: null, ...change })
const standing = (change: Partial<StandingCost> = {}): StandingCost => ({ system: 214, files: 5_120, count: 2, uncounted: 0, takes: 200_000, points: { low: 12, high: 12 }, usd: null, warm: null, ...change })

function go(hash: string) {
  location.hash = hash
  window.dispatchEvent(new Event('hashchange'))
  settle()
}

async function openProject(cost = standing()) {
  let files = [file(1, 'tides.txt'), file(2, 'map.png', { mime: 'image/png', leftOut: true })]
  const chat = conversation(9, 'Harbor', { projectId: 5 })
  const page = await open({ conversations: [chat] }, { open_conversation: () => detail(chat, []) })
  const { fake } = page
  fake.answer('project_files', () => ({ files, largest: 5_000 }))
  fake.answer('standing_cost', () => cost)
  fake.answer('delete_project_file', ({ id }) => void (files = files.filter((it) => it.id !== id)))
  fake.emit('projects', [project(5, 'Lisbon', { files: 1, fileBytes: 1_200, model: 'claude-sonnet-4.6' })])
  go('#project/5')
  await waitFor(() => page.getByRole('button', { name: 'Add files' }))
  await waitFor(() => page.getByText('tides.txt'))
  return page
}

test('files stand with their size, and are added, taken away and sent again', async () => {
  const { fake, getByRole, getByText, queryByText } = await openProject()
  expect(fake.called('project_files').at(-1)).toEqual({ project: 5 })
  getByText('1.2 kB')
  getByText(/not included/)
  getByRole('button', { name: 'Include map.png again' }).click()
  await waitFor(() => expect(fake.called('include_attachment')).toEqual([{ id: 2, on: true }]))
  getByRole('button', { name: 'Remove tides.txt' }).click()
  await waitFor(() => expect(fake.called('delete_project_file')).toEqual([{ id: 1 }]))
  await waitFor(() => expect(queryByText('tides.txt')).toBeNull())

  fake.answer('add_attachment', () => file(3, 'notes.md'))
  const drop = (dropped: File) => {
    const event = new Event('drop', { bubbles: true, cancelable: true })
    Object.assign(event, { dataTransfer: { types: ['Files'], files: [dropped], items: [{ kind: 'file', webkitGetAsEntry: () => null }] } })
    window.dispatchEvent(event)
    settle()
  }
  drop(new File(['words'], 'notes.md'))
  await waitFor(() => expect(fake.headers('add_attachment')).toEqual([{ 'x-name': 'notes.md', 'x-project': '5' }]))
  // One that is too large is not read.
  drop(new File(['x'.repeat(5_001)], 'large.txt'))
  await waitFor(() => expect(fake.headers('add_attachment').at(-1)).toEqual({ 'x-name': 'large.txt', 'x-problem': '5001' }))
})

test('what goes along with each turn has its price, as far as it is known', async () => {
  for (const [cost, line] of [
    [standing(), 'About 12 points with each turn'],
    [standing({ points: { low: 0, high: 0 } }), 'Adds nothing to the cost of a turn'],
    [standing({ points: null, usd: { low: '0.002', high: '0.002' } }), 'About $0.002 with each turn'],
    [standing({ points: null, uncounted: 1 }), 'Cost of each turn unknown'],
  ] as const) {
    const { getByText } = await openProject(cost)
    await waitFor(() => getByText(line))
    getByText(/system prompt \(214 tokens\), 2 files \(5,120 tokens\)\./)
  }
  const warm = await openProject(standing({ warm: { low: 2, high: 2 }, takes: 4_000 }))
  await waitFor(() => warm.getByText(/About 2 points while a chat is cached\./))
  warm.getByText(/more than .* allows \(4,000 tokens\)/)
})

test('a chat of a project says what goes along, and is asked with it', async () => {
  const { fake, getByRole } = await openProject()
  go('#chat/9')
  await waitFor(() => expect(getByRole('link', { name: '1 file of Lisbon goes with each message' }).getAttribute('href')).toBe('#project/5'))
  // One that begins there says which project that is.
  getByRole('button', { name: /^Lisbon/ }).click()
  getByRole('button', { name: 'New chat' }).click()
  await waitFor(() => expect(fake.called('draft').at(-1)).toMatchObject({ place: { conversationId: null }, project: 5 }))
  await waitFor(() => expect(fake.called('draft_context').at(-1)).toMatchObject({ conversationId: null, project: 5 }))
})
