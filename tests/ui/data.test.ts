// What lies in the data folder, a folder that another program syncs, and everything deleted: what is asked and what is told.
import { expect, test } from 'vitest'
import { card, conversation } from './samples'
import { open, settle, waitFor } from './window'

const view = {
  parts: [
    { part: 'chats' as const, bytes: 2_400_000 },
    { part: 'backups' as const, bytes: 7_000_000 },
  ],
  syncedBy: null,
  movedFrom: null,
}

async function data(answers = {}, more = {}) {
  location.hash = '#settings'
  const it = await open({ conversations: [conversation(1, 'Tides')], ...more }, { data_folder: () => view, ...answers })
  await waitFor(() => expect(document.querySelector('#data dl')).toBeTruthy())
  return it
}
function click(selector: string) {
  document.querySelector<HTMLElement>(selector)?.click()
  settle()
}
const text = (selector: string) => document.querySelector(selector)?.textContent?.replace(/\s+/g, ' ').trim() ?? ''

test('the space is told by part, with its sum, and again after a backup', async () => {
  const { fake, getByRole } = await data({ back_up: () => ({ backups: [] }) })
  expect(text('[data-part="chats"]')).toBe('Chats2.4 MB')
  expect(text('#data .path')).toContain('9.4 MB in total')
  const before = fake.called('data_folder').length
  getByRole('button', { name: 'Back up now' }).click()
  await waitFor(() => expect(fake.called('data_folder').length).toBeGreaterThan(before))
})

test('a folder that is synced says so', async () => {
  await data({ data_folder: () => ({ ...view, syncedBy: 'dropbox' }) })
  expect(text('[data-synced]')).toContain('Dropbox syncs this folder.')
})

test('a synced folder is asked about before anything moves there', async () => {
  const { fake, getByRole } = await data({ choose_folder: () => ({ folder: '/home/ada/OneDrive', syncedBy: 'oneDrive' }) })
  const choose = () => waitFor(() => getByRole('button', { name: 'Choose another folder' }).click())
  await choose()
  const title = await waitFor(() => document.querySelector('#synced-title') ?? expect.fail('nothing is asked'))
  expect(title.textContent).toBe('OneDrive syncs that folder')
  click('[data-action="stay"]')
  await waitFor(() => expect(document.querySelector('#synced-title')).toBeNull())
  expect(fake.called('move_data')).toEqual([])
  await choose()
  await waitFor(() => expect(document.querySelector('[data-action="use-anyway"]')).toBeTruthy())
  click('[data-action="use-anyway"]')
  await waitFor(() => expect(fake.called('move_data')).toEqual([{ folder: '/home/ada/OneDrive' }]))
})

test('everything goes only after it was asked about, and a press while it goes does nothing', async () => {
  const { fake, getByRole } = await data({ delete_everything: () => new Promise(() => {}) })
  getByRole('button', { name: 'Delete everything…' }).click()
  settle()
  const dialog = document.querySelector('dialog') ?? expect.fail('nothing is asked')
  expect(dialog.getAttribute('role')).toBe('alertdialog')
  for (const part of ['All chats', 'All backups', 'your keys in the keychain', 'can’t be undone']) expect(dialog.textContent).toContain(part)
  expect(dialog.textContent).not.toContain('still coming')
  click('[data-action="keep"]')
  settle()
  expect(document.querySelector('dialog')).toBeNull()
  expect(fake.called('delete_everything')).toEqual([])
  getByRole('button', { name: 'Delete everything…' }).click()
  settle()
  click('[data-action="delete-everything"]')
  settle()
  click('[data-action="delete-everything"]')
  click('[data-action="keep"]')
  settle()
  expect(document.querySelector('dialog')).toBeTruthy()
  expect(fake.called('delete_everything')).toHaveLength(1)
})

test('answers that are coming are named, with what they may cost', async () => {
  const live = [{ messageId: 9, conversationId: 1, state: 'streaming' as const, waiting: false, speed: 0 }]
  const { getByRole } = await data({}, { live })
  getByRole('button', { name: 'Delete everything…' }).click()
  settle()
  expect(text('#delete-text')).toContain('An answer is still coming. It’s stopped first, and Poe may still charge for it.')
})

test('what was refused says why, and can be tried again', async () => {
  const { fake, getByRole } = await data({
    delete_everything: () => {
      throw card('keychain_locked', 'Your keychain is locked')
    },
  })
  getByRole('button', { name: 'Delete everything…' }).click()
  settle()
  click('[data-action="delete-everything"]')
  await waitFor(() => expect(text('[data-code="keychain_locked"]')).toContain('Your chats and files are unchanged.'))
  click('[data-action="delete-everything"]')
  await waitFor(() => expect(fake.called('delete_everything')).toHaveLength(2))
})
