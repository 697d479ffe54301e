// Chats that go out into files and come in from them: what is asked, what is shown meanwhile, and what came of it.
import { expect, test } from 'vitest'
import type { ImportPreview } from '../../ui/src/ipc'
import { csvOf } from '../../ui/src/answer/csv'
import { answer, card, conversation, detail, project, question } from './samples'
import { projects as en } from '../../ui/src/words/en/projects'
import { open, press, settle, waitFor } from './window'

const [borrow, lisbon] = [conversation(1, 'Borrow checker'), conversation(2, 'Lisbon in May')]
const chats = [borrow, lisbon]
const preview: ImportPreview = {
  files: ['conversations.json'],
  sources: ['chatGpt'],
  chats: 214,
  messages: 9120,
  projects: 0,
  attachments: 3,
  here: 2,
  from: Date.UTC(2025, 0, 5, 12),
  to: Date.UTC(2026, 10, 29, 12),
  leftOut: [
    { why: 'empty', count: 4, names: ['Untitled'] },
    { why: 'settings', count: 1, names: [] },
  ],
}

async function data(answers = {}) {
  location.hash = '#settings'
  const it = await open({ conversations: chats }, answers)
  await waitFor(() => expect(document.querySelector('#data')).toBeTruthy())
  return it
}
const text = (selector: string) => document.querySelector(selector)?.textContent?.trim() ?? ''
const heard = () => text('body > [role="status"], [role="status"]')

test('all chats go out in the form that is chosen, and it says where they are', async () => {
  const { fake, getByRole } = await data()
  getByRole('button', { name: 'Export all…' }).click()
  settle()
  await waitFor(() => getByRole('menu'))
  const items = [...document.querySelectorAll('[role="menuitem"]')].map((item) => item.textContent?.trim())
  expect(items).toEqual(['Markdown', 'Web page (HTML)', 'JSON, with everything', 'Plain text'])
  getByRole('menuitem', { name: 'JSON, with everything' }).click()
  await waitFor(() => expect(heard()).toBe('Exported 2 chats to chats.json'))
  const [{ ids, format, name }] = fake.called('export_chats') as [{ ids: null; format: string; name: string }]
  expect([ids, format]).toEqual([null, 'json'])
  expect(name).toMatch(/^telltale-\d{4}-\d\d-\d\d$/)
})

test('while they go out the figure grows, and Cancel ends it', async () => {
  const { fake, getByRole, queryByRole } = await data()
  let end: (written: null) => void = () => {}
  fake.answer('export_chats', () => new Promise((resolve) => (end = resolve)))
  getByRole('button', { name: 'Export all…' }).click()
  settle()
  await waitFor(() => getByRole('menuitem', { name: 'Plain text' }))
  getByRole('menuitem', { name: 'Plain text' }).click()
  settle()
  fake.emit('transfer', { act: 'export', done: 1, of: 4 })
  settle()
  expect(text('.under-way p')).toContain('Exporting: 1 of 4')
  getByRole('button', { name: 'Cancel' }).click()
  await waitFor(() => expect(fake.called('cancel_transfer').length).toBe(1))
  expect(getByRole('button', { name: 'Cancelling…' })).toBeTruthy()
  end(null)
  await waitFor(() => expect(queryByRole('progressbar')).toBeNull())
  expect(heard()).not.toContain('Exported')
})

test('what was found is told before it comes in, and the newest of it can be shown', async () => {
  const { fake, getByRole } = await data({
    choose_import: () => preview,
    import_chats: () => ({ chats: 212, added: 5, here: 1, newest: 2 }),
    open_conversation: () => detail(lisbon, []),
  })
  getByRole('button', { name: 'Import…' }).click()
  await waitFor(() => getByRole('dialog', { name: 'Import 214 chats?' }))
  const told = text('dialog')
  for (const said of ['From conversations.json', 'ChatGPT', '9,120', 'Jan 5, 2025 to Nov 29, 2026', '2 are already here', '4 chats without messages: Untitled…', 'Settings and keys']) {
    expect(told).toContain(said)
  }
  expect(document.activeElement?.textContent).toBe('Import')
  getByRole('button', { name: 'Import' }).click()
  await waitFor(() => expect(fake.called('import_chats').length).toBe(1))
  await waitFor(() => expect(text('[data-imported]').replace(/\s+/g, ' ')).toContain('212 chats imported. 5 messages added'))
  getByRole('button', { name: 'Show' }).click()
  await waitFor(() => expect(location.hash).toBe('#chat/2'))
})

test('Esc gives up what was found, and a file that holds no chats says so in place', async () => {
  const { fake, getByRole, queryByRole } = await data({ choose_import: () => preview })
  getByRole('button', { name: 'Import…' }).click()
  const dialog = await waitFor(() => getByRole('dialog', { name: 'Import 214 chats?' }))
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }))
  await waitFor(() => expect(queryByRole('dialog')).toBeNull())
  expect(fake.called('cancel_transfer').length).toBe(1)
  expect(fake.called('import_chats')).toEqual([])
  fake.answer('choose_import', () => {
    throw card('import_failed', 'No chats in this file')
  })
  getByRole('button', { name: 'Import…' }).click()
  await waitFor(() => expect(document.querySelector('#data [data-code="import_failed"]')).toBeTruthy())
})

test('the open chat is printed by keys, and a formula and a table are copied as they can be used', async () => {
  location.hash = '#chat/1'
  const table = '<table><thead><tr><th>City</th><th>Points, total</th></tr></thead><tbody><tr><td>=1+1</td><td>-4.5</td></tr><tr><td>a "b"</td><td></td></tr></tbody></table>'
  const shown = answer(12, [table, '<p><math><mi>x</mi></math> and <math><mi>y</mi></math></p>'])
  const { fake, getByRole } = await open({ conversations: chats }, { open_conversation: () => detail(borrow, [question(11, 'Why?'), shown]) })
  await waitFor(() => expect(document.querySelector('.answer math')).toBeTruthy())
  press('p', document.body, { ctrlKey: true })
  await waitFor(() => expect(fake.called('print_chat')).toEqual([{ id: 1 }]))
  expect(csvOf(document.querySelector<HTMLTableElement>('.answer table')!)).toBe('City,"Points, total"\r\n\'=1+1,-4.5\r\n"a ""b""",')
  const pick = (target: Element | undefined, label: string) => {
    target?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2 }))
    settle()
    getByRole('menuitem', { name: label }).click()
  }
  pick(document.querySelectorAll('.answer math')[1], 'Copy as TeX')
  await waitFor(() => expect(fake.called('copy_formula')).toEqual([{ messageId: 12, number: 1 }]))
  pick(document.querySelector('.answer td') ?? undefined, 'Copy table as CSV')
  await waitFor(() => expect(fake.called('copy_text').length).toBe(1))
})

test('a project goes out whole, however much of it the list has read', async () => {
  location.hash = '#project/3'
  const rows = Array.from({ length: 250 }, (_, n) => conversation(n + 1, `Chat ${n}`, { projectId: 3 }))
  const { fake, getByRole } = await open({ conversations: rows, projects: [project(3, 'Boats')] })
  getByRole('button', { name: en.more }).click()
  settle()
  getByRole('menuitem', { name: 'Export…' }).click()
  settle()
  await waitFor(() => getByRole('menuitem', { name: 'JSON, with everything' }))
  getByRole('menuitem', { name: 'JSON, with everything' }).click()
  await waitFor(() => expect(fake.called('export_chats').length).toBe(1))
  const [{ ids, name }] = fake.called('export_chats') as [{ ids: number[]; name: string }]
  expect([ids.length, new Set(ids).size, name]).toEqual([250, 250, 'Boats'])
})
