// What a model declares can be set: in the form as a control of its kind, and at the message by what it is about.
import { expect, test } from 'vitest'
import axe from 'axe-core'
import { action, card, checkedParameters, conversation, declaredParameter, detail, noParameters, settings } from './samples'
import type { ParametersView, TypedParameters } from '../../ui/src/ipc'
import { open, press, settle, type, waitFor } from './window'

const effort = declaredParameter('reasoning_effort', { choices: ['low', 'medium', 'high'], default: 'medium', idea: 'effort', description: 'How long it thinks.' })
const aspect = declaredParameter('aspect', { choices: ['16:9', '1:1'], idea: 'shape' })
const duration = declaredParameter('duration', { kind: 'number', least: 3, most: 15, default: '5', idea: 'length' })
const search = declaredParameter('web_search', { kind: 'boolean', default: 'false', idea: 'search', description: 'Look it up.' })
const seed = declaredParameter('seed', { kind: 'string' })
const thinking = declaredParameter('enable_thinking', { kind: 'boolean', default: 'true', idea: 'effort' })
const all = [thinking, effort, aspect, duration, search, seed]

const refusal = card('invalid_input', 'This value is out of range', {
  what: 'Duration must be between 3 and 15 for this model.',
  safe: '',
  place: 'field',
  field: 'duration',
  actions: [action('fix', 'Change the value', { value: 'duration' }), action('reset-setting', 'Reset duration and send', { value: 'duration' })],
})
function check({ typed }: Record<string, unknown>): ParametersView {
  const view = checkedParameters(typed as TypedParameters)
  const { declared } = typed as TypedParameters
  return declared.duration === '99' ? { ...view, declared: { duration: refusal }, value: null } : view
}
const chat = (declared: typeof noParameters.declared) => conversation(7, 'Seven', { parameters: { ...noParameters, declared } })
function openChat(declared = {}, answers: Parameters<typeof open>[1] = {}) {
  location.hash = '#chat/7'
  let now = chat(declared)
  return open(
    { conversations: [now] },
    {
      open_conversation: () => detail(now, []),
      declared_parameters: () => all,
      check_parameters: check,
      change_conversation: ({ change }) => (now = { ...now, ...(change as object) }),
      ...answers,
    },
  )
}
const choose = (value: string, select: HTMLElement) => {
  ;(select as HTMLSelectElement).value = value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  settle()
}
async function noFaults() {
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
}

test('each is a control of its kind that shows its default, and what is changed alone is told', async () => {
  const { fake, getByRole, queryByText, queryByRole } = await openChat()
  getByRole('button', { name: 'Parameters' }).click()
  const panel = await waitFor(() => getByRole('group', { name: 'For Claude-Sonnet-4.6' }))
  const field = (name: string) => panel.querySelector<HTMLInputElement>(`[data-field="${name}"]`) as HTMLInputElement
  expect([field('reasoning_effort').value, field('aspect').value, field('duration').value, field('web_search').checked, field('seed').value, field('enable_thinking').checked]).toEqual(['medium', '', '5', false, '', true])
  expect(queryByText('How long it thinks.')).toBeTruthy()
  expect(queryByText('A number from 3 to 15.')).toBeTruthy()
  await noFaults()

  choose('high', field('reasoning_effort'))
  expect(queryByText('How long it thinks. Default: medium.')).toBeTruthy()
  field('web_search').click()
  type('8', field('duration'))
  type('4', field('seed'))
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(queryByRole('dialog')).toBeNull())
  const typed = fake.called('check_parameters').at(-1) as { typed: TypedParameters }
  expect(typed.typed.declared).toEqual({ reasoning_effort: 'high', web_search: 'true', duration: '8', seed: '4' })
  expect(fake.called('change_conversation')).toHaveLength(1)
})

test('a value that Poe has refused of late is said at its field', async () => {
  const { getByRole, findByText, queryByText } = await openChat({ reasoning_effort: 'high' }, { declared_parameters: () => [{ ...effort, refused: ['high'] }] })
  getByRole('button', { name: 'Parameters' }).click()
  await findByText(/^Poe refused high for this model\./)
  choose('low', document.querySelector('[role="dialog"] [data-field="reasoning_effort"]') as HTMLElement)
  expect(queryByText(/Poe refused/)).toBeNull()
})

test('what is out of range is said at its field, and a press puts the default back', async () => {
  const { fake, getByRole, findByText } = await openChat()
  getByRole('button', { name: 'Parameters' }).click()
  const field = (await waitFor(() => getByRole('textbox', { name: 'Duration' }))) as HTMLInputElement
  type('99', field)
  await findByText(refusal.what)
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBe('true'))
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(document.activeElement).toBe(field))
  expect(fake.called('change_conversation')).toEqual([])
  getByRole('button', { name: 'Reset Duration' }).click()
  await waitFor(() => expect(field.getAttribute('aria-invalid')).toBeNull())
  expect(field.value).toBe('5')
})

test('the chips are one for each idea, show what is in force and change it in place', async () => {
  const { fake, getByRole, queryByRole } = await openChat({ aspect: '1:1' })
  const chips = await waitFor(() => getByRole('group', { name: 'Settings of this model' }))
  expect([...chips.querySelectorAll<HTMLElement>('.chip')].map((chip) => chip.dataset.idea)).toEqual(['search', 'effort', 'shape', 'length'])
  const select = getByRole('combobox', { name: 'Reasoning effort' }) as HTMLSelectElement
  expect([select.value, (getByRole('combobox', { name: 'Aspect' }) as HTMLSelectElement).value]).toEqual(['medium', '1:1'])
  expect(queryByRole('combobox', { name: 'Enable thinking' })).toBeNull()
  await noFaults()
  choose('high', select)
  await waitFor(() => expect(fake.called('change_conversation')).toEqual([{ id: 7, change: { parameters: { ...noParameters, declared: { aspect: '1:1', reasoning_effort: 'high' } } } }]))
  await waitFor(() => expect((getByRole('combobox', { name: 'Reasoning effort' }) as HTMLSelectElement).value).toBe('high'))

  // A number has its field, and Esc leads back.
  getByRole('button', { name: 'Duration: 5' }).click()
  await waitFor(() => expect((document.activeElement as HTMLElement).dataset.field).toBe('duration'))
  press('Escape')
  await waitFor(() => expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' })))
})

test('a model that declares nothing of the kind has no chips', async () => {
  const { queryByRole } = await openChat({}, { declared_parameters: () => [seed] })
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(queryByRole('group', { name: 'Settings of this model' })).toBeNull()
})

test('what is kept for a model is what a new chat with it begins with, and a press forgets it', async () => {
  const kept = settings({ modelParameters: { 'claude-sonnet-4.6': { reasoning_effort: 'low' } } })
  const { fake, getByRole, getByText } = await open({ settings: kept }, { declared_parameters: () => all, check_parameters: check })
  await waitFor(() => expect((getByRole('combobox', { name: 'Reasoning effort' }) as HTMLSelectElement).value).toBe('low'))
  getByRole('button', { name: 'Parameters' }).click()
  await waitFor(() => getByText('New chats with Claude-Sonnet-4.6 start with 1 value of yours.'))
  const field = document.querySelector<HTMLSelectElement>('[role="dialog"] [data-field="reasoning_effort"]') as HTMLSelectElement
  expect(field.value).toBe('low')
  choose('high', field)
  getByRole('button', { name: 'Use for new chats too' }).click()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { modelParameters: { model: 'claude-sonnet-4.6', declared: { reasoning_effort: 'high' } } } }]))
  getByRole('button', { name: 'Forget' }).click()
  await waitFor(() => expect(fake.called('change_settings').at(-1)).toEqual({ change: { modelParameters: { model: 'claude-sonnet-4.6', declared: {} } } }))
})

test('the card of a refused message takes the setting back and sends', async () => {
  const refused: string[] = []
  const { fake, findByRole, getByRole } = await openChat({ duration: 99 }, {
    send: () => {
      if (refused.length > 0) return new Promise(() => {})
      refused.push('once')
      throw refusal
    },
  })
  type('Why?', await findByRole('textbox', { name: 'Message' }))
  const send = getByRole('button', { name: /^Send/ }) as HTMLButtonElement
  await waitFor(() => expect(send.disabled).toBe(false))
  send.click()
  ;(await findByRole('button', { name: 'Reset duration and send' })).click()
  await waitFor(() => expect(fake.called('change_conversation')).toEqual([{ id: 7, change: { parameters: noParameters } }]))
  await waitFor(() => expect(fake.called('send')).toHaveLength(2))
})
