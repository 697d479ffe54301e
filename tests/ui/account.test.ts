// Set-up, the purse and the settings: where the key comes from and what is said about it.
import { expect, test } from 'vitest'
import { lamp } from '../../ui/src/state/lamp'
import { account, action, balance, card, conversation } from './samples'
import { open, settle, type, waitFor } from './window'

const none = { account: account({ state: 'notStored', lastFour: null }), balance: balance({ points: null, checkedAt: null }) }

test('without a key the set-up opens', async () => {
  const { getByRole, queryByRole } = await open(none)
  expect(getByRole('button', { name: 'Paste key' })).toBeTruthy()
  expect(getByRole('button', { name: 'Try without a key' })).toBeTruthy()
  expect(queryByRole('button', { name: 'Use POE_API_KEY' })).toBeNull()
  expect(queryByRole('textbox', { name: 'Message' })).toBeNull()
})

test('paste, climb, end, chat', async () => {
  const { fake, getByRole } = await open(none)
  let accept: (view: unknown) => void = () => {}
  fake.answer('set_key', (args) => {
    fake.rung(args, { name: 'shape', state: 'passed', note: 'ends in …4f9c', tookMs: 1, card: null })
    return new Promise((resolve) => (accept = resolve))
  })
  getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => expect(document.querySelector('[data-rung="shape"]')?.textContent).toContain('ends in …4f9c'))
  expect(fake.called('set_key')[0]).toMatchObject({ source: { type: 'clipboard' }, keep: 'keychain', forMessage: null })
  fake.emit('account', account())
  settle()
  expect(document.querySelector('[data-rung="models"]'), 'the ladder stays until its end').toBeTruthy()
  accept(account())
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
  getByRole('button', { name: 'Clear the clipboard' }).click()
  await waitFor(() => expect(fake.called('clear_clipboard').length).toBe(1))
  getByRole('button', { name: 'Start chatting' }).click()
  await waitFor(() => getByRole('textbox', { name: 'Message' }))
})

test('a typed key leaves its field as it is sent', async () => {
  const { fake, getByRole, getByLabelText } = await open(none, { set_key: () => new Promise(() => {}) })
  getByRole('button', { name: 'Type it instead' }).click()
  const field = (await waitFor(() => getByLabelText('API key'))) as HTMLInputElement
  expect(field.type).toBe('password')
  type('not-a-real-key', field)
  getByRole('button', { name: 'Connect' }).click()
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ source: { type: 'typed', key: 'not-a-real-key' } }))
  expect(field.value).toBe('')
  expect(document.body.innerHTML).not.toContain('not-a-real-key')
})

test('a key that cannot be stored can be kept for the session', async () => {
  const refused = card('keychain_locked', 'Your password store is locked', { actions: [action('unlock-keychain', 'Unlock'), action('session-only', 'Session only')] })
  const { fake, getByRole } = await open(none)
  fake.answer('set_key', (args) => {
    if ((args.source as { type: string }).type === 'pending') return account({ state: 'session' })
    fake.rung(args, { name: 'stored', state: 'failed', note: null, tookMs: 9, card: refused })
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
  const locked = card('keychain_locked', 'Your password store is locked', { actions: [action('unlock-keychain', 'Unlock')] })
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
  expect(purse()?.textContent).toContain('40 s ago')
  fake.emit('balance', balance({ checkedAt: Date.now() - 7_200_000, card: card('offline', 'You are offline') }))
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

test('a refused address is told at its field', async () => {
  location.hash = '#settings'
  const { fake, getByLabelText, getByRole } = await open()
  fake.answer('change_settings', () => {
    throw card('invalid_input', 'This address cannot be used', { place: 'field', field: 'base_url', what: 'Only https is allowed.' })
  })
  const field = getByLabelText('Base URL')
  type('http://example.com', field)
  getByRole('button', { name: 'Save base URL' }).click()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  expect(document.body.textContent).toContain('Only https is allowed.')
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

test('the lamp', () => {
  expect(lamp(account(), null)).toBe('well')
  expect(lamp(account({ state: 'notStored' }), null)).toBe('none')
  expect(lamp(account({ state: 'locked' }), null)).toBe('attention')
  expect(lamp(account({ renewal: card('api_key_expired', 'Your sign-in has run out') }), null)).toBe('attention')
  expect(lamp(account(), card('offline', 'You are offline'))).toBe('none')
  expect(lamp(account(), card('invalid_api_key', 'No', { severity: 'broken' }))).toBe('broken')
  expect(lamp(account({ demo: true, state: 'notStored' }), null)).toBe('well')
})
