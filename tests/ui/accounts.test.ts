// Signing in through the browser, several accounts, the end of a sign-in, and a keychain that lets wait.
import { expect, test } from 'vitest'
import type { AccountItem, Check, CheckState, PaidRequest } from '../../ui/src/ipc'
import { account, action, answer, balance, card, conversation, detail, helpPages, question, settings } from './samples'
import { open, settle, waitFor, type } from './window'

const none = { account: account({ state: 'notStored', lastFour: null }), balance: balance({ points: null, checkedAt: null }) }
const signsIn = { settings: settings({ canSignIn: true, clientId: 'client-1' }) }
const waiting = { url: 'https://poe.com/oauth/authorize?x=1', until: Date.now() + 300_000 }

const item = (id: number, change: Partial<AccountItem> = {}): AccountItem => ({
  id,
  name: `Account ${id}`,
  active: id === 1,
  lastFour: id === 1 ? '4f9c' : '77aa',
  expiresAt: null,
  server: 'https://api.poe.com/v1',
  session: false,
  points: null,
  pointsAt: null,
  unread: null,
  ...change,
})
const two = (change: Parameters<typeof account>[0] = {}) => account({ accounts: [item(1), item(2, { name: 'Work' })], ...change })

test('the browser is waited for, then the key is checked', async () => {
  const { fake, getByRole } = await open({ ...none, ...signsIn })
  let back: (done: boolean) => void = () => {}
  fake.answer('sign_in', () => new Promise((resolve) => (back = resolve)))
  fake.answer('set_key', () => account())
  getByRole('button', { name: 'Sign in' }).click()
  fake.emit('account', account({ state: 'notStored', lastFour: null, signingIn: waiting }))
  await waitFor(() => expect(document.querySelector('.wait')?.textContent).toContain('Waiting for your browser'))
  back(true)
  await waitFor(() => expect(fake.called('set_key')[0]).toMatchObject({ source: { type: 'signedIn' }, keep: 'keychain' }))
  await waitFor(() => getByRole('heading', { name: 'Connected' }))
})

test('a sign-in that is cancelled leaves the ways as they were', async () => {
  const { fake, getByRole } = await open({ ...none, ...signsIn })
  let back: (done: boolean) => void = () => {}
  fake.answer('sign_in', () => new Promise((resolve) => (back = resolve)))
  getByRole('button', { name: 'Sign in' }).click()
  fake.emit('account', account({ state: 'notStored', lastFour: null, signingIn: waiting }))
  await waitFor(() => getByRole('button', { name: 'Cancel' }))
  getByRole('button', { name: 'Cancel' }).click()
  await waitFor(() => expect(fake.called('cancel_sign_in').length).toBe(1))
  back(false)
  fake.emit('account', none.account)
  await waitFor(() => getByRole('button', { name: 'Sign in' }))
  expect(fake.called('set_key')).toEqual([])
})

test('a refused sign-in says why, and can be tried again', async () => {
  const refused = card('sign_in_failed', 'Sign-in wasn’t finished', { actions: [action('sign-in', 'Sign in again')] })
  const { fake, getByRole } = await open({ ...none, ...signsIn }, {
    sign_in: () => {
      throw refused
    },
  })
  getByRole('button', { name: 'Sign in' }).click()
  await waitFor(() => expect(getByRole('alert').dataset.code).toBe('sign_in_failed'))
  getByRole('button', { name: 'Sign in again' }).click()
  await waitFor(() => expect(fake.called('sign_in').length).toBe(2))
})

test('without a client ID the way to one opens', async () => {
  const { getByRole, getByLabelText } = await open(none)
  getByRole('button', { name: 'Set up sign-in' }).click()
  const field = await waitFor(() => getByLabelText('Client ID for signing in'))
  await waitFor(() => expect(document.activeElement).toBe(field))
})

const offer = { model: 'flash', name: 'Flash', points: 2 }
const tested = (state: CheckState, more: Partial<Check> = {}): Check => ({ name: 'test', state, note: null, tookMs: 400, card: null, ...more })

async function passed(test: PaidRequest | null) {
  const it = await open(none, { set_key: () => account(), test_offer: () => test, send_test: () => tested('passed', { note: 'Flash, first word after 400 ms' }) })
  it.getByRole('button', { name: 'Paste key' }).click()
  await waitFor(() => it.getByRole('button', { name: 'Start chatting' }))
  return it
}

test('the last check is a small message: its cost stands there, and a press sends it', async () => {
  const { fake, getByRole, getByText } = await passed(offer)
  expect(getByText('Optional: asks Flash for at most 10 tokens. It uses about 2 points.')).toBeTruthy()
  expect(document.querySelector('ol')?.lastElementChild?.getAttribute('data-rung')).toBe('test')
  expect(fake.called('send_test')).toEqual([])
  const button = getByRole('button', { name: 'Send a test message' })
  button.focus()
  button.click()
  await waitFor(() => expect(document.querySelector('[data-rung="test"]')?.getAttribute('data-state')).toBe('passed'))
  expect(fake.called('send_test')).toEqual([{ request: offer }])
  expect(document.querySelector('[data-rung="test"]')?.textContent).toContain('first word after 400 ms')
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Start chatting'))
})

test('its failure has an entry of its own, whose button sends it again, and the key stays in use', async () => {
  const { fake, getByRole } = await passed({ ...offer, points: null })
  expect(document.querySelector('[data-rung="test"]')?.textContent).toContain('Its cost is unknown.')
  const refused = card('model_overloaded', 'Flash is overloaded', { place: 'banner', actions: [action('retry', 'Try again')] })
  fake.answer('send_test', () => tested('failed', { card: refused }))
  getByRole('button', { name: 'Send a test message' }).click()
  await waitFor(() => expect(getByRole('alert').dataset.code).toBe('model_overloaded'))
  expect(getByRole('heading', { name: 'Connected' })).toBeTruthy()
  fake.answer('send_test', () => tested('passed'))
  getByRole('button', { name: 'Try again' }).click()
  await waitFor(() => expect(document.querySelector('[data-rung="test"]')?.getAttribute('data-state')).toBe('passed'))
  expect(document.querySelector('[data-code]')).toBeNull()
  expect(fake.called('send_test').length).toBe(2)
})

test('without a model that writes there is no such check', async () => {
  await passed(null)
  expect(document.querySelector('[data-rung="test"]')).toBeNull()
})

test('the notice before the end of a sign-in starts the next one', async () => {
  const renewal = card('api_key_expired', 'Your sign-in expires soon', { place: 'banner', actions: [action('sign-in', 'Sign in')] })
  const { fake } = await open({ account: account({ expiresAt: Date.now() + 6 * 86_400_000, renewal }), ...signsIn })
  const notice = document.querySelector<HTMLElement>('[data-code="api_key_expired"]')
  expect(notice?.textContent).toContain('Your sign-in expires soon')
  notice?.querySelector<HTMLElement>('[data-action="sign-in"]')?.click()
  await waitFor(() => expect(fake.called('sign_in').length).toBe(1))
})

test('installing a password store is explained before there is a key', async () => {
  const missing = card('keychain_unavailable', 'No keychain found', { actions: [action('how-to-install', 'How to install')] })
  const page = { ...helpPages[0]!, code: 'keychain_unavailable', title: 'No keychain found' }
  const { getByRole } = await open({ ...none, account: account({ state: 'unavailable', lastFour: null, card: missing }) }, { help_pages: () => [page] })
  getByRole('button', { name: 'How to install' }).click()
  await waitFor(() => expect(document.getElementById('code-keychain_unavailable')).toBeTruthy())
})

test('accounts are listed, switched, named and removed', async () => {
  location.hash = '#settings'
  const { fake, getByRole } = await open({ account: two() })
  const list = getByRole('list', { name: 'Accounts' })
  expect(list.querySelectorAll('li').length).toBe(2)
  expect(list.querySelector('[data-active="true"]')?.textContent).toContain('in use')
  expect(list.querySelector('[data-account="1"]')?.textContent).toContain('128,450')
  expect(list.querySelector('[data-account="2"]')?.textContent).toContain('balance not known yet')
  expect(fake.called('read_account_points').length, 'the others are asked about once').toBe(1)
  for (const [more, said] of [
    [{ points: 2_500, pointsAt: Date.now() }, '2,500 points'],
    [{ unread: 'invalid_api_key' }, 'Poe rejected its key'],
    [{ points: 2_500, pointsAt: 1, unread: 'offline' }, 'balance couldn’t be read'],
  ] as const) {
    const [first, second] = two().accounts
    fake.emit('account', { ...two(), accounts: [first!, { ...second!, ...more }] })
    settle()
    expect(list.querySelector('[data-account="2"]')?.textContent).toContain(said)
  }

  getByRole('button', { name: 'Use Work' }).click()
  await waitFor(() => expect(fake.called('use_account')).toEqual([{ id: 2 }]))
  fake.emit('account', two())
  settle()

  getByRole('button', { name: 'Rename Work' }).click()
  const field = (await waitFor(() => getByRole('textbox', { name: 'Name of the account' }))) as HTMLInputElement
  expect(field.value).toBe('Work')
  type('Team', field)
  field.form?.requestSubmit()
  await waitFor(() => expect(fake.called('rename_account')).toEqual([{ id: 2, name: 'Team' }]))
  fake.emit('account', two())
  settle()

  getByRole('button', { name: 'Remove Work' }).click()
  settle()
  expect(fake.called('remove_account'), 'it asks first').toEqual([])
  await waitFor(() => getByRole('button', { name: 'Remove' }))
  getByRole('button', { name: 'Remove' }).click()
  await waitFor(() => expect(fake.called('remove_account')).toEqual([{ id: 2 }]))
})

test.each([
  ['several accounts', two(), 'Work'],
  ['one account', account({ accounts: [item(2, { name: 'Work' })] }), null],
  ['an account that is gone', account({ accounts: [item(1)] }), 'Work'],
])('a receipt with %s', async (_, view, expected) => {
  location.hash = '#chat/1'
  const opened = detail(conversation(1, 'A chat'), [question(1, 'Hi'), answer(2, ['<p>Hello</p>'], { account: 'Work' })])
  await open({ account: view, conversations: [opened.conversation] }, { open_conversation: () => opened })
  await waitFor(() => expect(document.querySelector('.receipt')).toBeTruthy())
  expect(document.querySelector('.receipt [data-account]')?.textContent ?? null).toBe(expected)
})

test('a keychain that takes its time is told of, and the chats stay', async () => {
  const { fake, getByRole } = await open({ account: account({ state: 'checking', lastFour: null }) })
  expect(document.querySelector('.asking')?.textContent).toContain('Asking your GNOME Keyring')
  expect(getByRole('textbox', { name: 'Message' })).toBeTruthy()
  fake.emit('account', account({ state: 'checking', lastFour: null, waiting: true }))
  settle()
  expect(document.querySelector('.asking')?.textContent).toContain('hasn’t responded yet')
  fake.emit('account', account())
  settle()
  expect(document.querySelector('.asking')).toBeNull()
})
