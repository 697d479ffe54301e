// Cards: what they look like to a check from outside, and what each of their buttons does.
import { expect, test } from 'vitest'
import type { AccountView, CardAction, ConversationView, ErrorCard } from '../../ui/src/ipc'
import type { Command } from './fake'
import { account, action, answer, card, conversation, detail, question, settings, status } from './samples'
import { open, press, settle, type, waitFor } from './window'

/** A chat whose last answer failed with this card. */
async function failed(shown: ErrorCard, answers: Parameters<typeof open>[1] = {}, others: ConversationView[] = []) {
  location.hash = '#chat/7'
  const it = await open(
    { conversations: [conversation(7, 'Seven'), ...others] },
    {
      open_conversation: () => detail(conversation(7, 'Seven'), [question(8, 'Why?', 7), answer(9, [], { state: 'failed', card: shown }, 7)]),
      resend: () => answer(9, [], { state: 'queued' }, 7),
      ...answers,
    },
  )
  await waitFor(() => expect(document.querySelector(`[data-code="${shown.code}"]`)).toBeTruthy())
  return it
}

const withActions = (...actions: CardAction[]) => card('internal_error', 'Poe had an internal error', { actions })

async function checkPress(pressed: CardAction, command: Command, args: Record<string, unknown>) {
  const { fake } = await failed(withActions(pressed))
  document.querySelector<HTMLElement>(`[data-action="${pressed.action}"]`)?.click()
  await waitFor(() => expect(fake.called(command).at(-1)).toMatchObject(args))
}

test('a card of before is a plain group, with its buttons', async () => {
  const { getByRole, queryByRole } = await failed(withActions(action('retry', 'Try again'), action('copy-details', 'Copy details')))
  expect(queryByRole('alert')).toBeNull()
  const group = getByRole('group', { name: 'Poe had an internal error' })
  expect(group.querySelector('.primary')?.textContent?.trim()).toBe('Try again')
  expect(group.textContent).toContain('No points were used.')
})

test('a card that comes while looking on is an alert, once', async () => {
  const { fake, getAllByRole } = await failed(withActions(action('retry', 'Try again')))
  document.querySelector<HTMLElement>('[data-action="retry"]')?.click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: card('model_overloaded', 'X is overloaded', { at: 2 }) }) })
  await waitFor(() => expect(getAllByRole('alert').map((alert) => alert.dataset.code)).toEqual(['model_overloaded']))
})

test('a failure that came before the watch is new too', async () => {
  const { fake, getByRole } = await failed(withActions(action('retry', 'Try again')))
  document.querySelector<HTMLElement>('[data-action="retry"]')?.click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  fake.update(9, { type: 'snapshot', message: answer(9, [], { state: 'failed', card: card('offline', 'You’re offline', { at: 3 }) }, 7), last: [] })
  await waitFor(() => expect(getByRole('alert').dataset.code).toBe('offline'))
})

test('use-model', () => checkPress(action('use-model', 'Use A', { model: 'a' }), 'resend', { messageId: 9, change: { model: 'a' } }))
test('use-model everywhere replaces the one that is gone in every chat that had it, and in no other', async () => {
  const gone = conversation(7, 'Seven').model
  const { fake, getByLabelText } = await failed(
    card('model_not_found', 'It isn’t available on Poe', { actions: [action('use-model', 'Use A', { model: 'a' })] }),
    {},
    [conversation(3, 'Three'), { ...conversation(4, 'Four'), model: 'another' }],
  )
  getByLabelText('Also in other chats and new ones').click()
  document.querySelector<HTMLElement>('[data-action="use-model"]')?.click()
  await waitFor(() => expect(fake.called('resend').at(-1)).toMatchObject({ messageId: 9, change: { model: 'a' } }))
  expect(gone).not.toBe('another')
  expect(fake.called('replace_model')).toEqual([{ gone, model: 'a' }])
})
test('use-model everywhere before anything was sent: the field’s card offers it, too', async () => {
  const refusal = card('invalid_input', 'Poe doesn’t list this model', { place: 'field', field: 'model', actions: [action('use-model', 'Use A', { model: 'a' })] })
  const chats = [conversation(7, 'Seven'), conversation(3, 'Three')]
  const view = settings({ favorites: ['claude-sonnet-4.6'] })
  const { fake, getByLabelText, getByRole } = await open({ settings: view, conversations: chats }, { begin_conversation: () => { throw refusal } })
  type('Hello', getByRole('textbox', { name: 'Message' }))
  press('Enter', getByRole('textbox', { name: 'Message' }))
  await waitFor(() => getByLabelText('Also in other chats and new ones'))
  getByLabelText('Also in other chats and new ones').click()
  document.querySelector<HTMLElement>('[data-action="use-model"]')?.click()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { defaultModel: 'a' } }, { change: { favorites: ['a'] } }]))
  expect(fake.called('replace_model')).toEqual([{ gone: 'claude-sonnet-4.6', model: 'a' }])
})
test('allow-bot', () => checkPress(action('allow-bot', 'Send', { model: 'a' }), 'resend', { messageId: 9, change: {} }))
test('reset-setting', () =>
  checkPress(action('reset-setting', 'Reset', { value: 'top_p' }), 'resend', { messageId: 9, change: { reset: 'top_p' } }))
test('raise-limit', () =>
  checkPress(action('raise-limit', 'Raise', { value: '2048' }), 'resend', { messageId: 9, change: { maxTokens: 2048 } }))
test('retry', () => checkPress(action('retry', 'Try again'), 'resend', { messageId: 9, change: {} }))
test('get-points', () => checkPress(action('get-points', 'Get points'), 'open_link', { url: 'https://poe.com/api/keys' }))
test('open-plans', () => checkPress(action('open-plans', 'Plans'), 'open_link', { url: 'https://poe.com/subscribe' }))
test('open-status', () => checkPress(action('open-status', 'Status'), 'open_link', { url: 'https://status.poe.com' }))
test('refresh-balance', () => checkPress(action('refresh-balance', 'Refresh usage'), 'refresh_balance', {}))
test('refresh-models', () => checkPress(action('refresh-models', 'Refresh models'), 'refresh_models', {}))
test('copy-address', () =>
  checkPress(action('copy-address', 'Copy address', { value: 'https://poe.com/x' }), 'copy_text', { text: 'https://poe.com/x' }))
const unsaved = (...actions: CardAction[]) => card('storage_failed', 'Your chats couldn’t be saved', { severity: 'broken', actions })

test('copy-text takes the question and, of the answer, as much as there is', async () => {
  const { fake } = await failed(unsaved(action('copy-text', 'Copy text')))
  document.querySelector<HTMLElement>('[data-action="copy-text"]')?.click()
  await waitFor(() => expect(fake.called('copy_message')).toEqual([{ messageId: 9, question: 'Why?' }]))
})

test('another folder saves an answer that the disk did not take, and sends nothing', async () => {
  const actions = [action('choose-folder', 'Choose another folder'), action('save-again', 'Save again')]
  const { fake } = await failed(unsaved(...actions), {
    choose_folder: () => ({ folder: '/media/disk', syncedBy: null }),
    move_data: () => {
      const news = { conversationId: 7, messageId: 9, status: status({ state: 'done' }) }
      fake.emit('message', news)
      return { ...fake.boot.settings, dataDir: '/media/disk/Telltale' }
    },
  })
  document.querySelector<HTMLElement>('[data-action="choose-folder"]')?.click()
  await waitFor(() => expect(document.querySelector('[data-code="storage_failed"]')).toBeNull())
  expect(fake.called('move_data')).toEqual([{ folder: '/media/disk' }])
  expect(fake.called('resend')).toEqual([])
})

test('another folder sends a message that never left', async () => {
  const { fake } = await failed(unsaved(action('choose-folder', 'Choose another folder'), action('retry', 'Try again')), {
    choose_folder: () => ({ folder: '/media/disk', syncedBy: null }),
  })
  document.querySelector<HTMLElement>('[data-action="choose-folder"]')?.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: {} }]))
})

test('a chooser that is closed changes nothing, and a folder that is refused says why', async () => {
  const { fake, findByText } = await failed(unsaved(action('choose-folder', 'Choose another folder')))
  const button = document.querySelector<HTMLElement>('[data-action="choose-folder"]')
  button?.click()
  await waitFor(() => expect(fake.called('choose_folder')).toHaveLength(1))
  settle()
  expect(fake.called('move_data')).toEqual([])
  fake.answer('choose_folder', () => ({ folder: '/proc', syncedBy: null }))
  fake.answer('move_data', () => {
    throw card('data_folder', 'This folder can’t be used')
  })
  await waitFor(() => expect(button?.closest('[aria-busy="true"]')).toBeNull())
  button?.click()
  await findByText('This folder can’t be used.')
  expect(fake.called('resend')).toEqual([])
})

test('save-again shows the answer as saved', async () => {
  const { fake } = await failed(unsaved(action('save-again', 'Save again')), { save_again: () => answer(9, [], { state: 'done' }, 7) })
  document.querySelector<HTMLElement>('[data-action="save-again"]')?.click()
  await waitFor(() => expect(document.querySelector('[data-code="storage_failed"]')).toBeNull())
  expect(fake.called('save_again')).toEqual([{ messageId: 9 }])
})

test('a folder that is set from outside cannot be changed, and says so', async () => {
  location.hash = '#settings'
  const { fake, findByText, queryByRole, getByRole } = await open({ settings: settings({ dataDirFixed: true }) })
  await findByText('TELLTALE_DATA_DIR sets this folder.')
  expect(queryByRole('button', { name: 'Choose another folder' })).toBeNull()
  fake.emit('settings', settings({ dataDirFixed: false }))
  settle()
  fake.answer('choose_folder', () => ({ folder: '/media/disk', syncedBy: null }))
  getByRole('button', { name: 'Choose another folder' }).click()
  await findByText('/media/disk/Telltale')
})

test('copy-message', () => checkPress(action('copy-message', 'Copy message'), 'copy_text', { text: 'Why?' }))
test('copy-details', () =>
  checkPress(action('copy-details', 'Copy details'), 'copy_text', { text: 'Code: internal_error\nRequest: req_01J8' }))
test('use-default-address', () =>
  checkPress(action('use-default-address', 'Use Poe’s'), 'change_settings', { change: { baseUrl: 'https://api.poe.com/v1' } }))
test('try-demo', () => checkPress(action('try-demo', 'Try the demo'), 'set_demo', { on: true }))

test('paste-key acts at once, shows its checks in place, and the message goes on by itself', async () => {
  const { fake } = await failed(withActions(action('paste-key', 'Paste a new key')), {
    set_key: async (args): Promise<AccountView> => {
      fake.check(args, { name: 'accepted', state: 'passed', note: null, tookMs: 212, card: null })
      fake.emit('live', [{ conversationId: 7, messageId: 9, state: 'queued', waiting: false, speed: 0 }])
      return account()
    },
  })
  document.querySelector<HTMLElement>('[data-action="paste-key"]')?.click()
  await waitFor(() => expect(fake.called('set_key').at(-1)).toMatchObject({ source: { type: 'clipboard' }, keep: 'keychain', forMessage: 9 }))
  await waitFor(() => expect(document.querySelector('.card [data-rung="accepted"]')?.getAttribute('data-state')).toBe('passed'))
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  fake.update(9, { type: 'snapshot', message: answer(9, ['<p>Because.</p>'], { state: 'done', finish: 'stop' }, 7), last: [] })
  await waitFor(() => expect(document.querySelector('article[data-role="assistant"]')?.getAttribute('data-state')).toBe('done'))
  expect(document.querySelector('.setup')).toBeNull()
})

test('choose-model opens the list and sends with what is chosen', async () => {
  const { fake, getByRole } = await failed(withActions(action('choose-model', 'Choose another model')))
  await waitFor(() => expect(fake.called('models').length).toBe(1))
  document.querySelector<HTMLElement>('[data-action="choose-model"]')?.click()
  const search = await waitFor(() => getByRole('combobox', { name: 'Search models' }))
  press('ArrowDown', search)
  press('Enter', search)
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: { model: 'claude-haiku-4.5' } }]))
})

test('edit-message puts the question back into the composer', async () => {
  const { getByRole } = await failed(withActions(action('edit-message', 'Edit message')))
  document.querySelector<HTMLElement>('[data-action="edit-message"]')?.click()
  await waitFor(() => expect((getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement).value).toBe('Why?'))
  expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' }))
})

test('keep and dismiss hide the card', async () => {
  await failed(withActions(action('keep', 'Keep')))
  document.querySelector<HTMLElement>('[data-action="keep"]')?.click()
  await waitFor(() => expect(document.querySelector('[data-code]')).toBeNull())
})

test('from the empty composer, Up and Enter reach the first button', async () => {
  const { fake, getByRole } = await failed(withActions(action('retry', 'Try again')))
  press('ArrowUp', getByRole('textbox', { name: 'Message' }))
  expect((document.activeElement as HTMLElement).dataset.action).toBe('retry')
  ;(document.activeElement as HTMLElement).click()
  await waitFor(() => expect(fake.called('resend').length).toBe(1))
})

/** A message whose card counts down, and the Rust side that waits for it. */
async function slowDown() {
  const shown = card('rate_limit_exceeded', 'Poe is rate-limiting this key', {
    actions: [action('wait-and-send', 'Send when ready')],
    readyAt: Date.now() + 60_000,
  })
  const waits = answer(9, [], { state: 'retrying', waitsFor: 'time', card: shown })
  const { fake, getByRole } = await failed(shown)
  fake.answer('send_when_ready', () => waits)
  const button = () => getByRole('button', { name: 'Send when ready' })
  return { fake, button, shown }
}

test('wait-and-send is left to Rust, and its button keeps name and focus while it waits', async () => {
  const { fake, button } = await slowDown()
  expect(button().getAttribute('aria-pressed')).toBe('false')
  button().focus()
  button().click()
  await waitFor(() => expect(button().textContent).toContain('Sending in'))
  expect(button().getAttribute('aria-pressed')).toBe('true')
  expect(document.activeElement).toBe(button())
  expect(fake.called('send_when_ready')).toEqual([{ messageId: 9 }])
  expect(fake.called('resend')).toEqual([])
})

test('a second press takes the wish back', async () => {
  const { fake, button, shown } = await slowDown()
  button().click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  await waitFor(() => expect(button().getAttribute('aria-pressed')).toBe('true'))
  button().click()
  await waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 9 }]))
  fake.update(9, { type: 'status', status: status({ state: 'failed', card: shown }) })
  await waitFor(() => expect(button().getAttribute('aria-pressed')).toBe('false'))
  expect(fake.called('send_when_ready').length).toBe(1)
})

/** A failed answer that is being sent again, with a wait of so many milliseconds before the next try. */
async function waiting(wait: number) {
  const { fake } = await failed(withActions(action('retry', 'Try again')))
  document.querySelector<HTMLElement>('[data-action="retry"]')?.click()
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  const slow = card('rate_limit_exceeded', 'Poe is rate-limiting this key', {
    actions: [action('wait-and-send', 'Send when ready'), action('choose-model', 'Choose another model')],
    at: Date.now(),
  })
  fake.update(9, { type: 'status', status: status({ state: 'retrying', card: slow, retry: { at: Date.now() + wait, attempt: 2, of: 3, until: null } }) })
  return fake
}

test('a try that is made by itself shows its countdown and can be cancelled', async () => {
  const fake = await waiting(4_000)
  const shown = await waitFor(() => document.querySelector('[data-code="rate_limit_exceeded"][role=alert]') ?? expect.fail('no card'))
  expect(shown.textContent?.replace(/\s+/g, ' ')).toContain('Trying again in 0:04, attempt 2 of 3')
  expect([...shown.querySelectorAll('button[data-action]')].map((b) => b.getAttribute('data-action'))).toEqual(['cancel', 'choose-model'])
  shown.querySelector<HTMLElement>('[data-action=cancel]')?.click()
  await waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 9 }]))
})

test('a wait too short to read a card in shows none', async () => {
  await waiting(600)
  await waitFor(() => expect(document.body.textContent).toContain('Trying again…'))
  expect(document.querySelector('[data-code="rate_limit_exceeded"]')).toBeNull()
})

test('a banner can be dismissed', async () => {
  const notice = card('storage_failed', 'Settings were set aside', { place: 'banner', actions: [action('dismiss', 'Dismiss')] })
  const { getByRole, queryByRole } = await open({ notices: [notice] })
  expect(getByRole('alert').dataset.code).toBe('storage_failed')
  getByRole('button', { name: 'Dismiss' }).click()
  settle()
  await waitFor(() => expect(queryByRole('alert')).toBeNull())
})
