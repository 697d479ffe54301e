// Settings of what the desktop shows outside the window: the tray, notices, quiet hours; and going where they were pressed.
import { expect, test } from 'vitest'
import type { SettingsView } from '../../ui/src/ipc'
import * as samples from './samples'
import { open, press, settle, type, waitFor } from './window'

const settings = (change: Partial<SettingsView> = {}) => ({ ...samples.boot().settings, ...change })

async function openSettings(change: Partial<SettingsView> = {}) {
  location.hash = '#settings'
  return open({ settings: settings(change) })
}

const box = (name: string) =>
  [...document.querySelectorAll<HTMLLabelElement>('#outside label.check')].find((label) => label.textContent?.includes(name))?.querySelector('input') as HTMLInputElement

test('each switch saves what it says', async () => {
  const { fake } = await openSettings()
  for (const [name, change] of [
    ['Show points in the tray', { tray: false }],
    ['Keep running in the tray when closed', { closeToTray: true }],
    ['Show chat titles in notices', { noticeTitles: true }],
    ['Quiet hours', { quiet: { from: 1320, to: 480 } }],
    ['Desktop notices', { notices: false }],
  ] as const) {
    box(name).click()
    await waitFor(() => expect(fake.called('change_settings').at(-1)).toEqual({ change }))
  }
})

test('where no tray is shown it says so, and how to get one', async () => {
  await openSettings({ tray: { on: true, shown: false, closeToIt: false } })
  const said = document.querySelector('[data-tray=none]')?.textContent
  expect(said).toContain('No tray is shown on this desktop.')
  expect(said).toContain('AppIndicator')
  expect(box('Keep running in the tray when closed').disabled).toBe(true)
})

test('quiet hours are typed as people write them', async () => {
  const { fake, getByLabelText, findByText } = await openSettings({ notices: { on: true, titles: false, quiet: { from: 1320, to: 480 } } })
  const from = getByLabelText('From') as HTMLInputElement
  expect(from.value).toBe('22:00')
  for (const [typed, minutes] of [['21:30', 1290], ['9 pm', 1260], ['7.15', 435], ['12 am', 0], ['23', 1380]] as const) {
    from.focus()
    type(typed, from)
    from.form?.requestSubmit()
    await waitFor(() => expect(fake.called('change_settings').at(-1)).toEqual({ change: { quiet: { from: minutes, to: 480 } } }))
  }
  type('25:00', from)
  await findByText('A time such as 22:00.')
  type('8:00', from)
  await findByText('From and to are the same time.')
  press('Escape', from)
})

test('what was pressed outside is shown', async () => {
  const { fake, findByRole } = await open({})
  fake.emit('go', { view: 'balance' })
  settle()
  await findByRole('heading', { level: 1, name: 'Balance' })
  fake.emit('go', { view: 'chat', id: 12 })
  settle()
  expect(location.hash).toBe('#chat/12')
  fake.emit('go', { view: 'chat', id: null })
  settle()
  expect(location.hash).toBe('#chat')
})

test('the balance has a button for its small window', async () => {
  location.hash = '#balance'
  const { fake, getByRole } = await open()
  getByRole('button', { name: 'Small window' }).click()
  await waitFor(() => expect(fake.called('show_monitor')).toEqual([{ open: true }]))
})
