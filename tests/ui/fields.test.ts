// What stands against a message is said at its field: while it is typed, and whichever button would have sent it.
import { expect, test } from 'vitest'
import { action, answer, card, checkedParameters, conversation, detail, question } from './samples'
import type { ErrorCard, ParametersView, TypedParameters } from '../../ui/src/ipc'
import { open, press, type, waitFor } from './window'

const refusal = card('invalid_input', 'This value is out of range', {
  what: 'Max tokens must be a whole number between 1 and 2,000 for this model.',
  safe: '',
  place: 'field',
  field: 'max_tokens',
  actions: [
    action('fix', 'Change the value', { value: 'max_tokens' }),
    action('reset-setting', 'Reset max tokens and send', { value: 'max_tokens' }),
  ],
})
const setTo = (maxTokens: number | null) => ({ system: 'Be brief.', temperature: null, topP: null, maxTokens, budget: null, declared: {} })
const rangeOf = (typed: TypedParameters) => checkedParameters(typed, Number(typed.maxTokens) > 2_000 ? { maxTokens: refusal } : {}, 2_000)
const composer = () => document.querySelector<HTMLElement>('.composer')

/** A chat whose answer stopped with a card, and whose limit does not fit its model. */
async function stopped(shown: ErrorCard, answers: Parameters<typeof open>[1] = {}) {
  location.hash = '#chat/7'
  const chat = conversation(7, 'Seven', { parameters: setTo(9_000) })
  const it = await open(
    { conversations: [chat] },
    {
      open_conversation: () => detail(chat, [question(8, 'Why?', 7), answer(9, ['<p>Half</p>'], { state: 'cut', card: shown }, 7)]),
      change_conversation: ({ change }) => ({ ...chat, ...(change as object) }),
      check_parameters: ({ typed }) => rangeOf(typed as TypedParameters),
      ...answers,
    },
  )
  await waitFor(() => expect(document.querySelector(`[data-code="${shown.code}"]`)).toBeTruthy())
  return it
}
const cut = (name: Parameters<typeof action>[0]) => card('stream_cut', 'The connection broke', { actions: [action(name, 'Go')] })
const refuse = () => {
  throw refusal
}

test('the range of the model stands at the field, and what is out of it is said while it is typed', async () => {
  const { fake, getByRole, queryByText, queryByRole } = await open({}, { check_parameters: ({ typed }) => rangeOf(typed as TypedParameters) })
  getByRole('button', { name: 'Parameters' }).click()
  const field = (await waitFor(() => getByRole('textbox', { name: 'Max tokens' }))) as HTMLInputElement
  await waitFor(() => expect(queryByText('A whole number from 1 to 2,000.')).toBeTruthy())
  expect(queryByText('A number from 0 to 2.')).toBeTruthy()
  expect(fake.called('check_parameters')[0]).toEqual({ model: 'claude-sonnet-4.6', typed: { system: '', temperature: '', topP: '', maxTokens: '', budget: '', declared: {}, before: {} } })

  type('2001', field)
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  const said = document.getElementById(field.getAttribute('aria-describedby') ?? '')
  expect(said?.textContent).toBe(refusal.what)
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(document.activeElement).toBe(field))
  getByRole('button', { name: 'Reset Max tokens' }).click()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBeNull())
  expect(field.value).toBe('')
  expect(document.activeElement).toBe(field)

  type('2000', field)
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(queryByRole('dialog')).toBeNull())
})

test('a late answer about what was typed before changes nothing', async () => {
  const late: (() => void)[] = []
  const slow = (typed: TypedParameters) =>
    typed.maxTokens === '9' ? new Promise<ParametersView>((resolve) => late.push(() => resolve(checkedParameters(typed, { maxTokens: refusal })))) : rangeOf(typed)
  const { getByRole } = await open({}, { check_parameters: ({ typed }) => slow(typed as TypedParameters) })
  getByRole('button', { name: 'Parameters' }).click()
  const field = await waitFor(() => getByRole('textbox', { name: 'Max tokens' }))
  type('9', field)
  await waitFor(() => expect(late.length).toBe(1))
  type('90', field)
  late[0]?.()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(field.getAttribute('aria-invalid')).toBeNull()
})

test.each([
  ['retry', 'resend'],
  ['continue', 'continue_answer'],
  ['keep-trying', 'keep_trying'],
  ['send-when-back', 'send_when_back'],
  ['trim-context', 'trim_context'],
  ['check-and-retry', 'check_and_retry'],
] as const)('%s is refused where the setting is, and goes out once that is reset', async (name, command) => {
  let isSet = true
  const again = answer(9, ['<p>Half</p>'], { state: 'queued' }, 7)
  const { fake, getByRole } = await stopped(cut(name), {
    [command]: () => (isSet ? refuse() : again),
    change_conversation: ({ change }) => {
      isSet = false
      return { ...conversation(7, 'Seven'), ...(change as object) }
    },
  })
  getByRole('button', { name: 'Go' }).click()
  await waitFor(() => expect(composer()?.querySelector('[data-code="invalid_input"]')).toBeTruthy())
  expect(document.querySelector('article [data-code="stream_cut"]'), 'what was known of the answer stays').toBeTruthy()
  getByRole('button', { name: 'Reset max tokens and send' }).click()
  await waitFor(() => expect(fake.called(command).length).toBe(2))
  expect(fake.called('change_conversation').map((args) => args.change)).toEqual([{ parameters: setTo(null) }])
  expect(fake.called('send')).toEqual([])
  await waitFor(() => expect(composer()?.querySelector('[data-code]')).toBeNull())
})

test('a limit that was raised too far is not raised again after the reset', async () => {
  const raise = card('length_limit', 'The answer reached its length limit', { actions: [action('raise-limit', 'Raise', { value: '18000' })] })
  const { fake, getByRole } = await stopped(raise, { resend: ({ change }) => ((change as { maxTokens: number | null }).maxTokens ? refuse() : answer(9, [], { state: 'queued' }, 7)) })
  getByRole('button', { name: 'Raise' }).click()
  ;(await waitFor(() => getByRole('button', { name: 'Reset max tokens and send' }))).click()
  await waitFor(() => expect(fake.called('resend').map((args) => args.change)).toEqual([{ maxTokens: 18_000 }, { maxTokens: null }]))
})

test('the card leads to the field, and back to the message', async () => {
  const { getByRole, fake } = await stopped(cut('retry'), { resend: refuse })
  getByRole('button', { name: 'Go' }).click()
  ;(await waitFor(() => getByRole('button', { name: 'Change the value' }))).click()
  const field = await waitFor(() => getByRole('textbox', { name: 'Max tokens' }))
  await waitFor(() => expect(document.activeElement).toBe(field))
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  type('2000', field)
  press('Enter', field)
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(fake.called('change_conversation')[0]?.change).toEqual({ parameters: setTo(2_000) }))
  await waitFor(() => expect(composer()?.querySelector('[data-code]')).toBeNull())
  await waitFor(() => expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' })))
})
