// Set-up, the purse and the settings: where the key comes from and what is said about it.
import { expect, test } from 'vitest'
import type { AccountView } from '../../ui/src/ipc'
import { lamp } from '../../ui/src/state/lamp'
import { account, action, answer, balance, card, conversation, detail, question, settings } from './samples'
import { open, press, settle, type, waitFor } from './window'

const none = { account: account({ state: 'notStored', lastFour: null }), balance: balance({ points: null, checkedAt: null }) }

const item = { id: 1, name: 'Account 1', active: true, lastFour: '4f9c', expiresAt: null, server: 'https://api.poe.com/v1', session: false, points: null, pointsAt: null, unread: null }

test('without a key the set-up opens', async () => {
  const { getByRole, queryByRole } = await open(none)
  expect(getByRole('button', { name: 'Paste key' })).toBeTruthy()
  expect(getByRole('button', { name: 'Try without a key' })).toBeTruthy()
  expect(queryByRole('button', { name: 'Use POE_API_KEY' })).toBeNull()
  expect(queryByRole('textbox', { name: 'Message' })).toBeNull()
})

test('a pasted key passes its checks, the page says so, and the chat follows', async () => {
  const { fake, getByRole } = await open(none)
  let accept: (view: AccountView) => void = () => {}
  fake.answer('set_key', (args) => {
    fake.check(args, { name: 'shape', state: 'passed', note: 'ends in …4f9c', tookMs: 1, card: null })
    return new Promise((resolve) => (accept = resolve))
  })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => expect(document.querySelector('[data-rung="shape"]')?.textContent).toContain('ends in …4f9c'))
  expect(fake.called('set_key')[0]).toMatchObject({ source: { type: 'clipboard' }, keep: 'keychain', forMessage: null })
  fake.emit('account', account())
  settle()
  expect(document.querySelector('[data-rung="models"]'), 'the checks stay until its end').toBeTruthy()
  accept(account())
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
  getByRole('button', { name: 'Clear the clipboard' }).click()
  await waitFor(() => expect(fake.called('clear_clipboard').length).toBe(1))
  getByRole('button', { name: 'Start chatting' }).click()
  await waitFor(() => getByRole('textbox', { name: 'Message' }))
})

test('a typed key that is refused stays in its field, to be mended there', async () => {
  const { fake, getByRole, getByLabelText } = await open(none)
  const refused = card('invalid_api_key', 'Poe rejected this key', { actions: [action('retry', 'Try again')] })
  fake.answer('set_key', () => {
    throw refused
  })
  getByRole('button', { name: 'Type it instead' }).click()
  const field = (await waitFor(() => getByLabelText('API key'))) as HTMLInputElement
  expect(field.type).toBe('password')
  getByRole('button', { name: 'Show key' }).click()
  settle()
  expect(field.type).toBe('text')
  getByRole('button', { name: 'Show key' }).click()
  settle()
  expect(field.type).toBe('password')
  type('not-a-real-key', field)
  getByRole('button', { name: 'Connect' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ source: { type: 'typed', key: 'not-a-real-key' } }))
  await waitFor(() => expect(getByRole('alert').dataset.code).toBe('invalid_api_key'))
  expect(field.value).toBe('not-a-real-key')
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(document.body.innerHTML).not.toContain('not-a-real-key')
  // Trying again tries what stands there, and not the clipboard.
  type('mended-key', field)
  fake.answer('set_key', () => account())
  getByRole('button', { name: 'Try again' }).click()
  await waitFor(() => expect(fake.called('set_key')[1]).toMatchObject({ source: { type: 'typed', key: 'mended-key' } }))
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
  expect(document.querySelector('#typed-key')).toBeNull()
})

const unlikely = card('invalid_input', 'This doesn’t look like a key', {
  place: 'field',
  field: 'key',
  actions: [action('open-keys', 'Open poe.com/api/keys'), action('use-anyway', 'Use it anyway'), action('dismiss', 'Cancel')],
})
const refuseClipboard = (args: Record<string, unknown>) => {
  if ((args.source as { type: string }).type === 'clipboard') throw unlikely
  return account()
}

test('a word goes on a press, and then the clipboard is offered to be cleared', async () => {
  const { fake, getByRole, queryByRole } = await open(none, { set_key: refuseClipboard })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => getByRole('button', { name: 'Use it anyway' }))
  expect(queryByRole('button', { name: 'Clear the clipboard' })).toBeNull()
  getByRole('button', { name: 'Use it anyway' }).click()
  await waitFor(() => expect(fake.called('set_key')[1]).toMatchObject({ source: { type: 'anyway' }, forMessage: null }))
  await waitFor(() => getByRole('button', { name: 'Clear the clipboard' }))
  expect(fake.called('forget_pasted')).toEqual([])
})

test('a word that is put away is forgotten, and no clipboard is offered to be cleared for a typed key', async () => {
  const { fake, getByRole, getByLabelText, queryByRole } = await open(none, { set_key: refuseClipboard })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => getByRole('button', { name: 'Cancel' }))
  getByRole('button', { name: 'Cancel' }).click()
  await waitFor(() => expect(fake.called('forget_pasted').length).toBe(1))
  expect(queryByRole('button', { name: 'Use it anyway' })).toBeNull()
  getByRole('button', { name: 'Type it instead' }).click()
  const field = (await waitFor(() => getByLabelText('API key'))) as HTMLInputElement
  type('typed-key', field)
  getByRole('button', { name: 'Connect' }).click()
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
  expect(queryByRole('button', { name: 'Clear the clipboard' })).toBeNull()
})

const mended = detail(conversation(1, 'A chat'), [question(1, 'Hi'), answer(2, [], { state: 'failed', card: card('invalid_api_key', 'Poe rejected this key', { place: 'message', actions: [action('paste-key', 'Paste a new key'), action('sign-in', 'Sign in')] }) })])
const inChat = (answers: Record<string, (args: Record<string, unknown>) => unknown> = {}) => {
  location.hash = '#chat/1'
  return open({ conversations: [mended.conversation], settings: settings({ canSignIn: true, clientId: 'c' }) }, { open_conversation: () => mended, ...answers })
}
const toSettings = async () => {
  location.hash = '#settings'
  await waitFor(() => expect(document.querySelector('#account')).toBeTruthy())
}

test('after a card mended the key, Replace key and Add an account lead to their page', async () => {
  const { fake, getByRole } = await inChat({ set_key: () => account({ accounts: [item] }) })
  await waitFor(() => getByRole('button', { name: 'Paste a new key' }))
  getByRole('button', { name: 'Paste a new key' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ forMessage: 2, add: false }))
  await toSettings()
  getByRole('button', { name: 'Replace key' }).click()
  await waitFor(() => getByRole('heading', { name: 'Replace your key' }))
  expect(document.querySelector('[data-rung]')).toBeNull()
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => expect(fake.called('set_key')[1]).toMatchObject({ forMessage: null, add: false, keep: 'keychain' }))
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
  getByRole('button', { name: 'Start chatting' }).click()
  await toSettings()
  getByRole('button', { name: 'Add an account' }).click()
  await waitFor(() => getByRole('heading', { name: 'Add an account' }))
})

test('what a card began does not go on when it is left: its checks, its sign-in, its word', async () => {
  const { fake, getByRole, queryByRole } = await inChat({ set_key: refuseClipboard })
  await waitFor(() => getByRole('button', { name: 'Paste a new key' }))
  getByRole('button', { name: 'Paste a new key' }).click()
  await waitFor(() => getByRole('button', { name: 'Use it anyway' }))
  await toSettings()
  getByRole('button', { name: 'Replace key' }).click()
  await waitFor(() => getByRole('heading', { name: 'Replace your key' }))
  expect(fake.called('forget_pasted').length).toBe(1)
  expect(queryByRole('button', { name: 'Use it anyway' })).toBeNull()
  getByRole('button', { name: 'Back' }).click()

  location.hash = '#chat/1'
  let back: (done: boolean) => void = () => {}
  fake.answer('sign_in', () => new Promise((resolve) => (back = resolve)))
  await waitFor(() => {
    getByRole('button', { name: 'Sign in' }).click()
    expect(fake.called('sign_in').length).toBe(1)
  })
  fake.emit('account', account({ signingIn: { url: 'https://poe.com/x', until: Date.now() + 300_000 } }))
  await toSettings()
  getByRole('button', { name: 'Replace key' }).click()
  await waitFor(() => expect(fake.called('cancel_sign_in').length).toBe(1))
  back(false)
  fake.emit('account', account())
  await waitFor(() => getByRole('heading', { name: 'Replace your key' }))
  expect(fake.called('set_key').length).toBe(1)
})

test('who ticked this session only, or began to add an account, and left has chosen nothing for the next key', async () => {
  const { fake, getByRole } = await inChat({ set_key: () => account() })
  fake.emit('account', account({ accounts: [item] }))
  await toSettings()
  getByRole('button', { name: 'Add an account' }).click()
  await waitFor(() => getByRole('heading', { name: 'Add an account' }))
  document.querySelector<HTMLInputElement>('.session input')?.click()
  settle()
  location.hash = '#doctor'
  await waitFor(() => expect(document.querySelector('.setup')).toBeNull())
  location.hash = '#chat/1'
  await waitFor(() => getByRole('button', { name: 'Paste a new key' }))
  getByRole('button', { name: 'Paste a new key' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ forMessage: 2, add: false, keep: 'keychain' }))
})

test('a key is replaced without detours: Esc leaves, and the end leads back to Settings', async () => {
  location.hash = '#settings'
  const { getByRole, queryByRole } = await open({}, { set_key: () => account() })
  getByRole('button', { name: 'Replace key' }).click()
  await waitFor(() => getByRole('heading', { name: 'Replace your key' }))
  expect(document.activeElement).toBe(getByRole('button', { name: 'Paste key' }))
  expect(queryByRole('button', { name: 'Try without a key' })).toBeNull()
  press('Escape')
  await waitFor(() => expect(location.hash).toBe('#settings'))
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Replace key'))
  getByRole('button', { name: 'Replace key' }).click()
  await waitFor(() => getByRole('heading', { name: 'Replace your key' }))
  // Esc in the field for typing closes that first.
  getByRole('button', { name: 'Type it instead' }).click()
  const field = await waitFor(() => document.querySelector<HTMLElement>('#typed-key') ?? expect.fail('no field'))
  press('Escape', field)
  await waitFor(() => expect(document.activeElement).toBe(getByRole('button', { name: 'Type it instead' })))
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => getByRole('button', { name: 'Start chatting' }))
  getByRole('button', { name: 'Back to Settings' }).click()
  await waitFor(() => expect(location.hash).toBe('#settings'))
})

test('where no password store is found one line says so, and a press shows what it does', async () => {
  const missing = card('keychain_unavailable', 'No password store found', { actions: [action('session-only', 'Use key for this session only'), action('how-to-install', 'How to install one')] })
  const { fake, getByRole, queryByRole } = await open({ ...none, account: account({ state: 'unavailable', lastFour: null, card: missing }) })
  expect(queryByRole('alert')).toBeNull()
  expect(document.querySelector('main')?.textContent).not.toContain('It stays in your')
  await waitFor(() => expect(document.activeElement).toBe(getByRole('button', { name: 'Paste key' })))
  getByRole('button', { name: 'Use key for this session only' }).click()
  await waitFor(() => expect(document.querySelector('main')?.textContent).toContain('Your key will be kept in memory until you quit.'))
  expect(document.querySelector<HTMLInputElement>('.session input')?.checked).toBe(true)
  expect(document.activeElement).toBe(getByRole('button', { name: 'Paste key' }))
  expect(queryByRole('button', { name: 'Use key for this session only' })).toBeNull()
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ keep: 'session' }))
})

test('while the keyring asks, that is said, and the demo can be entered', async () => {
  const { fake, getByRole } = await open(none)
  let end: (view: AccountView) => void = () => {}
  fake.answer('set_key', () => new Promise((resolve) => (end = resolve)))
  getByRole('button', { name: 'Paste key' }).click()
  fake.emit('account', account({ state: 'notStored', lastFour: null, waiting: true, asking: true }))
  settle()
  expect(document.querySelector('.asking')?.textContent).toBe('Your keychain is asking for a password.')
  for (const name of ['Try without a key', 'Set up sign-in', 'Type it instead']) {
    expect((getByRole('button', { name }) as HTMLButtonElement).disabled, name).toBe(false)
  }
  getByRole('button', { name: 'Try without a key' }).click()
  await waitFor(() => getByRole('textbox', { name: 'Message' }))
  end(account({ demo: true, state: 'session', lastFour: null }))
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(getByRole('textbox', { name: 'Message' })).toBeTruthy()
})

test('a check that failed opens in its place', async () => {
  const refused = card('keychain_denied', 'Access to the key was denied', { actions: [action('unlock-keychain', 'Ask again')] })
  const { fake, getByRole } = await open(none)
  fake.answer('set_key', (args) => {
    fake.check(args, { name: 'stored', state: 'failed', note: null, tookMs: 9, card: refused })
    throw refused
  })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => expect(document.querySelector('[data-rung="stored"] [data-code="keychain_denied"]')).toBeTruthy())
  expect(document.querySelectorAll('[data-code]').length).toBe(1)
})

test('a card of the demo is mended in the demo, and says that no clipboard was read', async () => {
  const { getByRole, fake } = await inChat()
  fake.emit('account', account({ demo: true, state: 'session', lastFour: null }))
  await waitFor(() => getByRole('button', { name: 'Paste a new key' }))
  getByRole('button', { name: 'Paste a new key' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ forMessage: 2 }))
  expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('your clipboard wasn’t read')
})

test('a key that cannot be stored can be kept for the session', async () => {
  const refused = card('keychain_locked', 'Your keychain is locked', { actions: [action('unlock-keychain', 'Unlock'), action('session-only', 'Session only')] })
  const { fake, getByRole } = await open(none)
  fake.answer('set_key', (args) => {
    if ((args.source as { type: string }).type === 'pending') return account({ state: 'session' })
    fake.check(args, { name: 'stored', state: 'failed', note: null, tookMs: 9, card: refused })
    throw refused
  })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => getByRole('button', { name: 'Session only' }))
  getByRole('button', { name: 'Session only' }).click()
  await waitFor(() => expect(fake.called('set_key')[1]).toMatchObject({ source: { type: 'pending' }, keep: 'session' }))
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
})

test('the demo is one press away and always marked', async () => {
  const { fake, getByRole, getAllByText } = await open(none)
  getByRole('button', { name: 'Try without a key' }).click()
  await waitFor(() => getByRole('textbox', { name: 'Message' }))
  expect(fake.called('set_demo')).toEqual([{ on: true }])
  expect(getAllByText('Simulated').length).toBeGreaterThan(0)
  expect(document.querySelector('.purse')?.textContent).toContain('Simulated balance')
})

test('a locked keychain shows its card, and the chats stay reachable', async () => {
  const locked = card('keychain_locked', 'Your keychain is locked', { actions: [action('unlock-keychain', 'Unlock')] })
  const { fake, getByRole } = await open({ ...none, account: account({ state: 'locked', card: locked }), conversations: [conversation(7, 'Seven')] })
  expect(getByRole('alert').dataset.code).toBe('keychain_locked')
  getByRole('button', { name: 'Look at my chats first' }).click()
  await waitFor(() => getByRole('textbox', { name: 'Message' }))
  expect(getByRole('alert').dataset.code).toBe('keychain_locked')
  getByRole('button', { name: 'Unlock' }).click()
  await waitFor(() => expect(fake.called('recheck_key').length).toBe(1))
})

test('the purse tells the age, and greys what is stale', async () => {
  const { fake } = await open()
  const purse = () => document.querySelector<HTMLElement>('.purse')
  expect(purse()?.textContent).toContain('128,450')
  expect(purse()?.textContent).toMatch(/4\d s ago/)
  fake.emit('balance', balance({ checkedAt: Date.now() - 7_200_000, card: card('offline', 'You’re offline') }))
  settle()
  expect(purse()?.dataset.stale).toBe('true')
  expect(purse()?.textContent).toContain('Last check failed')
})

test('refreshing the balance tells its outcome', async () => {
  location.hash = '#balance'
  const { getByRole, getAllByText } = await open({}, { refresh_balance: () => balance({ points: 128_000, checkedAt: Date.now() }) })
  getByRole('button', { name: 'Refresh' }).click()
  await waitFor(() => expect(getAllByText('Checked just now: −450 points.').length).toBeGreaterThan(0))
})

test('a refused address is told at its field, stays there, and Esc puts back what is saved', async () => {
  location.hash = '#settings'
  const { fake, getByLabelText } = await open()
  fake.answer('change_settings', () => {
    throw card('invalid_input', 'This address cannot be used', { place: 'field', field: 'base_url', what: 'Only https is allowed.' })
  })
  const field = getByLabelText('Base URL') as HTMLInputElement
  field.focus()
  type('http://example.com', field)
  field.blur()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  expect(document.body.textContent).toContain('Only https is allowed.')
  expect(field.value).toBe('http://example.com')
  field.focus()
  press('Escape', field)
  expect([field.value, field.getAttribute('aria-invalid')]).toEqual(['https://api.poe.com/v1', null])
  field.blur()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(fake.called('change_settings').length).toBe(1)
})

test('a setting is saved when its field is left, with a check mark, and once', async () => {
  location.hash = '#settings'
  const { fake, getByLabelText } = await open()
  const field = getByLabelText('Client ID for signing in') as HTMLInputElement
  field.focus()
  type(' my-client ', field)
  field.blur()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { clientId: 'my-client' } }]))
  await waitFor(() => expect(document.querySelector('#advanced [data-saved]')).toBeTruthy())
  expect(field.value).toBe('my-client')
  expect(document.querySelector('[aria-live=polite]')?.textContent).toContain('Saved')
  field.focus()
  field.blur()
  // A view that goes takes what was typed along.
  type('another', field)
  location.hash = '#help'
  await waitFor(() => expect(fake.called('change_settings').map((args) => args.change)).toEqual([{ clientId: 'my-client' }, { clientId: 'another' }]))
})

test('removing the key asks first', async () => {
  location.hash = '#settings'
  const { fake, getByRole } = await open()
  getByRole('button', { name: 'Remove key' }).click()
  settle()
  expect(fake.called('forget_key')).toEqual([])
  await waitFor(() => getByRole('button', { name: 'Remove' }))
  getByRole('button', { name: 'Remove' }).click()
  await waitFor(() => expect(fake.called('forget_key').length).toBe(1))
})

test('what was removed can be put back, and what stands against that has buttons', async () => {
  location.hash = '#settings'
  const gone = account({ state: 'notStored', lastFour: null, removed: { name: 'Account 1', lastFour: '4f9c' } })
  const { fake, getByRole } = await open({}, { forget_key: () => gone })
  getByRole('button', { name: 'Remove key' }).click()
  await waitFor(() => getByRole('button', { name: 'Remove' }))
  getByRole('button', { name: 'Remove' }).click()
  const undo = await waitFor(() => getByRole('button', { name: 'Undo' }))
  expect(document.querySelector('[data-removed]')?.textContent).toContain('Account 1, …4f9c, was removed')
  await waitFor(() => expect(document.activeElement).toBe(undo))
  expect(document.querySelector('[role=status]')?.textContent).toContain('until you quit')

  const locked = card('keychain_locked', 'Your keychain is locked', { actions: [action('unlock-keychain', 'Unlock'), action('session-only', 'Session only')] })
  fake.answer('undo_removal', () => {
    throw locked
  })
  undo.click()
  await waitFor(() => expect(document.querySelector('#account [data-code="keychain_locked"]')).toBeTruthy())
  getByRole('button', { name: 'Unlock' }).click()
  await waitFor(() => expect(fake.called('undo_removal').length).toBe(2))
  fake.answer('undo_removal', () => account({ state: 'session' }))
  await waitFor(() => getByRole('button', { name: 'Session only' }))
  getByRole('button', { name: 'Session only' }).click()
  await waitFor(() => expect(fake.called('undo_removal')[2]).toEqual({ keep: 'session' }))
  expect(fake.called('recheck_key'), 'the removed key is what it is about').toEqual([])
  await waitFor(() => expect(document.querySelector('[data-removed]')).toBeNull())
})

test('a press on the lamp says what it means', async () => {
  const { fake, getByRole, queryByRole } = await open({ balance: balance({ checkedAt: Date.now() - 7_200_000, card: card('offline', 'You are offline', { what: 'Nothing was sent.' }) }) })
  const button = document.querySelector<HTMLElement>('#sidebar [aria-controls$="-means"]') ?? expect.fail('no lamp')
  button.click()
  settle()
  const means = document.querySelector('#sidebar .means')
  expect(means?.textContent).toContain('Can’t reach Poe')
  expect(means?.textContent).toContain('You are offline. Nothing was sent.')
  expect(means?.textContent).toContain('Balance checked 2 h ago.')
  expect(means?.querySelector('a')?.getAttribute('href')).toBe('#doctor')
  getByRole('button', { name: 'Check now' }).click()
  await waitFor(() => expect(fake.called('refresh_balance').length).toBe(1))
  press('Escape', means!)
  expect(queryByRole('button', { name: 'Check now' })).toBeNull()
  expect(document.activeElement).toBe(button)
})

test('the lamp tells the worst of what is known of the account and the balance', () => {
  expect(lamp(account(), null)).toBe('well')
  expect(lamp(account({ state: 'notStored' }), null)).toBe('none')
  expect(lamp(account({ state: 'locked' }), null)).toBe('attention')
  expect(lamp(account({ renewal: card('api_key_expired', 'Your sign-in expired') }), null)).toBe('attention')
  expect(lamp(account(), card('offline', 'You’re offline'))).toBe('none')
  expect(lamp(account(), card('invalid_api_key', 'No', { severity: 'broken' }))).toBe('broken')
  expect(lamp(account({ demo: true, state: 'notStored' }), null)).toBe('well')
})
