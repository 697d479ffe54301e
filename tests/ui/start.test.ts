// A start that can't go on: the address is set right there, and then everything is asked for.
import { expect, test } from 'vitest'
import { action, boot, card } from './samples'
import { open, press, type, waitFor } from './window'

const refused = card('invalid_base_url', 'This isn’t an API address', {
  actions: [action('fix', 'Change the address'), action('use-default-address', "Use Poe's address"), action('copy-details', 'Copy details')],
})

async function stuck() {
  let address = ''
  const it = await open(
    {},
    {
      boot: () => {
        if (address === '') throw refused
        return boot()
      },
      change_settings: ({ change }) => {
        const { baseUrl } = change as { baseUrl: string }
        if (!baseUrl.startsWith('https://')) throw card('invalid_base_url', 'This isn’t an API address', { field: 'base_url' })
        address = baseUrl
        return { ...boot().settings, baseUrl }
      },
    },
  )
  await waitFor(() => expect(it.getByRole('alert').dataset.code).toBe('invalid_base_url'))
  return it
}

test('the card leads to the field, a wrong address stays there, and a right one opens the app', async () => {
  const { fake, getByRole, queryByRole } = await stuck()
  expect(queryByRole('navigation')).toBeNull()
  expect(fake.calls.map((call) => call.command)).toEqual(['listen', 'boot'])
  getByRole('button', { name: 'Change the address' }).click()
  const field = getByRole('textbox') as HTMLInputElement
  await waitFor(() => expect(document.activeElement).toBe(field))
  type('nonsense', field)
  field.form?.requestSubmit()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  type('https://example.com/v1', field)
  field.form?.requestSubmit()
  await waitFor(() => expect(getByRole('navigation', { name: 'Main' })).toBeTruthy())
  expect(fake.called('change_settings').at(-1)).toEqual({ change: { baseUrl: 'https://example.com/v1' } })
})

test("Poe's own address is one press", async () => {
  const { fake, getByRole } = await stuck()
  const button = getByRole('button', { name: "Use Poe's address" })
  button.focus()
  press('Enter', button)
  button.click()
  await waitFor(() => expect(getByRole('navigation', { name: 'Main' })).toBeTruthy())
  expect(fake.called('change_settings')).toEqual([{ change: { baseUrl: 'https://api.poe.com/v1' } }])
})

test('what is announced while everything is asked for is newer than the answer', async () => {
  const started = boot()
  let isSet = false
  const it = await open(
    {},
    {
      boot: () => {
        if (!isSet) throw refused
        it.fake.emit('account', { ...started.account, state: 'notStored', lastFour: null })
        return { ...started, account: { ...started.account, state: 'checking' } }
      },
      change_settings: () => {
        isSet = true
        return started.settings
      },
    },
  )
  it.getByRole('button', { name: "Use Poe's address" }).click()
  await waitFor(() => expect(it.getByRole('button', { name: 'Paste key' })).toBeTruthy())
})
