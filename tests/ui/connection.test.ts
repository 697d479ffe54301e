// How Poe is reached, in Settings and from cards.
import { expect, test } from 'vitest'
import type { CardAction, ProxyProblem } from '../../ui/src/ipc'
import { action, answer, card, conversation, detail, question } from './samples'
import { open, settle, type, waitFor } from './window'

const element = <T extends HTMLElement>(css: string) => document.querySelector<T>(css)

async function settings(rest = '') {
  location.hash = `#settings${rest}`
  const it = await open()
  await waitFor(() => expect(element('#connection')).toBeTruthy())
  return it
}

async function failedWith(pressed: CardAction) {
  location.hash = '#chat/7'
  const it = await open(
    { conversations: [conversation(7, 'Seven')] },
    {
      open_conversation: () => detail(conversation(7, 'Seven'), [
          question(8, 'Why?', 7),
          answer(9, [], { state: 'failed', card: card('proxy_failed', 'Your proxy is blocking the connection', { actions: [pressed] }) }, 7),
        ]),
      resend: () => answer(9, [], { state: 'queued' }, 7),
    },
  )
  await waitFor(() => expect(element(`[data-action="${pressed.action}"]`)).toBeTruthy())
  element(`[data-action="${pressed.action}"]`)?.click()
  return it
}

/** Gives the file to the chooser that is open. */
async function choose(name: string, text: string) {
  await waitFor(() => expect(element('input[type=file]')).toBeTruthy())
  const input = element<HTMLInputElement>('input[type=file]')!
  const chosen = new DataTransfer()
  chosen.items.add(new File([text], name))
  input.files = chosen.files
  input.dispatchEvent(new Event('change'))
}

test('no proxy is taken at once, one’s own when a field of it is left', async () => {
  const { fake, getByLabelText } = await settings()
  getByLabelText('None').click()
  await waitFor(() => expect(fake.called('set_proxy')).toEqual([{ change: { setting: { mode: 'none', address: '', login: '' }, password: null } }]))

  getByLabelText('Manual').click()
  await settle()
  expect(fake.called('set_proxy')).toHaveLength(1)
  const type = (label: string, text: string) => {
    const field = getByLabelText(label) as HTMLInputElement
    field.value = text
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }
  type('Proxy address', 'proxy.example:8080')
  type('Name', 'me')
  type('Password', ' word ')
  await settle()
  getByLabelText('Password').dispatchEvent(new Event('blur'))
  const change = { setting: { mode: 'manual', address: 'proxy.example:8080', login: 'me' }, password: ' word ' }
  await waitFor(() => expect(fake.called('set_proxy').at(-1)).toEqual({ change }))
  await waitFor(() => expect((getByLabelText('Password') as HTMLInputElement).value).toBe(''))
})

test('a setting that is not followed is said, and whose it is', async () => {
  const it = await settings()
  const told = async (problem: ProxyProblem) => {
    const now = it.fake.boot.settings
    it.fake.emit('settings', { ...now, connection: { ...now.connection, problem } })
    await waitFor(() => expect(element(`[data-proxy="${problem.kind}"]`)).toBeTruthy())
    return element('[data-proxy]')!.textContent
  }
  expect(await told({ kind: 'unusable', source: 'ALL_PROXY', value: 'socks6://proxy.example' })).toMatch(/“socks6:\/\/proxy.example”, set by ALL_PROXY.*Nothing is sent/)
  expect(await told({ kind: 'automatic', desktop: 'GNOME' })).toMatch(/GNOME sets the proxy automatically.*straight to Poe/)
  expect(await told({ kind: 'unread', desktop: 'KDE' })).toMatch(/KDE’s proxy settings couldn’t be read/)
})

test('what is refused is said at its field', async () => {
  const { fake, getByLabelText } = await settings()
  fake.answer('set_proxy', () => {
    throw card('invalid_input', 'This isn’t a proxy address', { field: 'proxy', place: 'field', what: 'It should look like that.' })
  })
  getByLabelText('Manual').click()
  await settle()
  const address = getByLabelText('Proxy address') as HTMLInputElement
  address.value = '::'
  address.dispatchEvent(new Event('input', { bubbles: true }))
  await settle()
  address.dispatchEvent(new Event('blur'))
  await waitFor(() => expect(address.getAttribute('aria-invalid')).toBe('true'))
  const said = document.getElementById(address.getAttribute('aria-describedby')!)
  expect(said?.textContent).toBe('This isn’t a proxy address. It should look like that.')
})

test('a file with certificates is added, listed and removed', async () => {
  const { fake, getByRole, getByText } = await settings()
  getByRole('button', { name: 'Add a CA file' }).click()
  await choose('root.pem', 'abc')
  await waitFor(() => expect(fake.called('add_certificate')).toEqual([{ name: 'root.pem', bytes: [97, 98, 99] }]))
  await waitFor(() => expect(getByText('Company Root')).toBeTruthy())
  getByRole('button', { name: 'Remove root.pem' }).click()
  await settle()
  getByRole('button', { name: 'Remove' }).click()
  await waitFor(() => expect(fake.called('remove_certificate')).toEqual([{ file: 'root.pem' }]))
})

test('of a large file no more is sent than shows that it is too large', async () => {
  const { fake, getByRole } = await settings()
  getByRole('button', { name: 'Add a CA file' }).click()
  await choose('large.pem', 'x'.repeat(1024 * 1024 + 500))
  await waitFor(() => expect((fake.called('add_certificate')[0]?.bytes as number[]).length).toBe(1024 * 1024 + 1))
})

test('cards lead to the field', async () => {
  await failedWith(action('proxy-settings', 'Proxy settings'))
  await waitFor(() => expect(document.activeElement?.getAttribute('name')).toBe('proxy'))
  expect(location.hash).toBe('#settings/proxy')
})

test('network-settings begins at the first field', async () => {
  const { getByLabelText } = await failedWith(action('network-settings', 'Network settings'))
  await waitFor(() => expect(document.activeElement).toBe(getByLabelText('Base URL')))
})

test('try-without-proxy sends once, after the proxy is passed over', async () => {
  const { fake } = await failedWith(action('try-without-proxy', 'Try without proxy'))
  await waitFor(() => expect(fake.called('resend')).toHaveLength(1))
  const order = fake.calls.map((call) => call.command).filter((name) => name === 'bypass_proxy' || name === 'resend')
  expect(order).toEqual(['bypass_proxy', 'resend'])
})

test('add-ca sends once when the file is taken, and says when it is not', async () => {
  const { fake, getByText } = await failedWith(action('add-ca', 'Add a CA file'))
  fake.answer('add_certificate', () => {
    throw card('invalid_input', 'This isn’t a certificate file', { field: 'extra_ca', place: 'field' })
  })
  await choose('x.pem', 'hello')
  await waitFor(() => expect(getByText(/This isn’t a certificate file/)).toBeTruthy())
  expect(fake.called('resend')).toEqual([])

  fake.answer('add_certificate', () => fake.boot.settings)
  element('[data-action="add-ca"]')?.click()
  await choose('root.pem', 'abc')
  await waitFor(() => expect(fake.called('resend')).toHaveLength(1))
})

test('open-browser opens plain http at the host', async () => {
  const { fake } = await failedWith(action('open-browser', 'Open browser'))
  await waitFor(() => expect(fake.called('open_link')).toEqual([{ url: 'http://api.poe.com/' }]))
})

const corrected = { change: { baseUrl: 'https://api.poe.com/v1/other' } }

/** Leads from a 404 to the field, and enters an address there. */
async function atAddress() {
  const it = await failedWith(action('check-address', 'Check the address'))
  await waitFor(() => expect(document.activeElement).toBe(it.getByLabelText('Base URL')))
  const field = document.activeElement as HTMLInputElement
  type(corrected.change.baseUrl, field)
  return { ...it, field }
}

test('a corrected address leads back and sends the message once, and says so', async () => {
  const { fake, field, getByText } = await atAddress()
  expect(getByText(/resends your message/)).toBeTruthy()
  field.form!.requestSubmit()
  await waitFor(() => expect(fake.called('resend')).toHaveLength(1))
  expect(fake.called('resend')[0]).toMatchObject({ messageId: 9 })
  const order = fake.calls.map((call) => call.command).filter((name) => name === 'change_settings' || name === 'resend')
  expect(order).toEqual(['change_settings', 'resend'])
  expect(fake.called('change_settings')).toEqual([corrected])
  expect(location.hash).toBe('#chat/7')
  await waitFor(() => expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('Saved. Resending your message.'))
  await waitFor(() => expect(document.querySelector('article[data-role=assistant]')?.getAttribute('data-state')).toBe('queued'))
})

test('a refused address sends nothing and stays at the field', async () => {
  const { fake, field } = await atAddress()
  fake.answer('change_settings', () => {
    throw card('invalid_input', 'This is not an address', { field: 'base_url', place: 'field' })
  })
  field.form!.requestSubmit()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  expect(fake.called('resend')).toEqual([])
  fake.answer('change_settings', () => fake.boot.settings)
  field.form!.requestSubmit()
  await waitFor(() => expect(fake.called('resend')).toHaveLength(1))
})

test('whoever leaves Settings without an address sends nothing later', async () => {
  const { fake, getByLabelText } = await atAddress()
  location.hash = '#chat/7'
  await waitFor(() => expect(element('#connection')).toBeNull())
  location.hash = '#settings/address'
  await waitFor(() => expect(element('#connection')).toBeTruthy())
  const field = getByLabelText('Base URL') as HTMLInputElement
  type(corrected.change.baseUrl, field)
  field.form!.requestSubmit()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([corrected]))
  await settle()
  expect(location.hash).toBe('#settings/address')
  expect(fake.called('resend')).toEqual([])
})
