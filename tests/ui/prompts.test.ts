// Presets and snippets: a chat begins as its preset says, a snippet goes into a message by its name, and its keys are the list's only
// while that is open.
import { expect, test } from 'vitest'
import { filled, variablesOf } from '../../ui/src/state/variables'
import type { Sent } from '../../ui/src/ipc'
import { answer, card, conversation, detail, noParameters, preset, question, snippet, usageRow, usedOver } from './samples'
import { SampleLedger } from './ledger'
import { open, press, settle, type, waitFor } from './window'

const reviewer = preset(1, 'Reviewer', { model: 'claude-haiku-4.5', parameters: { ...noParameters, system: 'Find faults.', temperature: 0.5 } })
const plain = preset(2, 'Plain words')
const snippets = [snippet(3, 'explain', 'Explain {{what}} to {{whom}}.'), snippet(4, 'Sign off', 'Thank you.'), snippet(5, 'expand', 'Say more.')]

function go(hash: string) {
  location.hash = hash
  window.dispatchEvent(new Event('hashchange'))
  settle()
}

async function openWith(answers = {}) {
  const page = await open({ prompts: [plain, reviewer, ...snippets] }, { send: () => sent(), ...answers })
  const box = page.getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  /** As it would be typed, with the cursor at its end. */
  const write = (text: string) => {
    box.focus()
    box.value = text
    box.setSelectionRange(text.length, text.length)
    type(text, box)
  }
  const options = () => page.queryAllByRole('option').map((option) => option.querySelector('b')?.textContent)
  const active = () => document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.querySelector('b')?.textContent
  return { ...page, box, write, options, active }
}
let lastId = 0
const sent = (): Sent => ({ question: { ...question(++lastId, 'Hi'), conversationId: 50 }, answer: { ...answer(++lastId, ['<p>Yes.</p>']), conversationId: 50 } })

test('what a snippet leaves open', () => {
  const check = (text: string, names: string[]) => expect(variablesOf(text)).toEqual(names)
  check('', [])
  check('{{what}} and {{ what }} and {{for whom}}', ['what', 'for whom'])
  check('{{}} {{ }} {one} {{{two}}} {{a\nb}} {{a{b}}}', ['two'])
  check(`{{${'x'.repeat(61)}}}`, [])
  check('{{心}} {{$&}}', ['心', '$&'])
  expect(filled('{{a}}, {{ b }}, {{a}}', { a: '$&{{b}}', b: '' })).toBe('$&{{b}}, , $&{{b}}')
  expect(filled('{{a}} {{toString}}', { a: '1' })).toBe('1 {{toString}}')
})

test('a chat begins as the preset says, and a second press goes back to none', async () => {
  const { fake, getByRole, queryByRole, write } = await openWith()
  getByRole('group', { name: 'Presets' })
  const button = getByRole('button', { name: /^Reviewer/ })
  button.click()
  await waitFor(() => expect(getByRole('button', { name: /^Reviewer/ }).getAttribute('aria-pressed')).toBe('true'))
  expect(getByRole('link', { name: 'Preset: Reviewer' }).getAttribute('href')).toBe('#prompts/1')
  await waitFor(() => expect(fake.called('save_draft').at(-1)).toMatchObject({ change: { model: 'claude-haiku-4.5', preset: 1, parameters: { system: 'Find faults.', temperature: 0.5 } } }))
  getByRole('button', { name: /^Reviewer/ }).click()
  await waitFor(() => expect(queryByRole('link', { name: 'Preset: Reviewer' })).toBeNull())
  getByRole('button', { name: /^Reviewer/ }).click()
  write('Look at this')
  press('Enter')
  await waitFor(() =>
    expect(fake.called('begin_conversation').at(-1)).toMatchObject({ first: { model: 'claude-haiku-4.5', presetId: 1, parameters: { system: 'Find faults.' } } }),
  )
  // What is begun with a model alone is begun without it.
  getByRole('button', { name: 'New chat' }).click()
  settle()
  expect(queryByRole('link', { name: 'Preset: Reviewer' })).toBeNull()
})

test('a snippet goes in by the keys of its list', async () => {
  const { fake, box, write, options, active } = await openWith()
  write('/')
  await waitFor(() => expect(options()).toEqual(['explain', 'Sign off', 'expand']))
  write('/exp')
  await waitFor(() => expect(options()).toEqual(['explain', 'expand']))
  expect(active()).toBe('explain')
  press('ArrowDown')
  expect(active()).toBe('expand')
  press('ArrowDown')
  expect(active()).toBe('explain')
  press('ArrowUp')
  press('Enter')
  await waitFor(() => expect(box.value).toBe('Say more.'))
  expect(options()).toEqual([])
  // By the beginning of any of its words, after a blank, and what follows the cursor stays.
  write('Hello /off')
  await waitFor(() => expect(options()).toEqual(['Sign off']))
  press('Tab')
  await waitFor(() => expect(box.value).toBe('Hello Thank you.'))
  expect(fake.called('begin_conversation')).toEqual([])
})

test('what is no snippet is text, and Enter sends it', async () => {
  const { fake, box, write, options } = await openWith()
  for (const text of ['/nothing', '/usr/bin', 'and/or', 'a /exp lain', '/exp\n']) {
    write(text)
    expect(options(), text).toEqual([])
  }
  // Esc leaves the slash as text, until another is typed.
  write('/exp')
  await waitFor(() => expect(options()).not.toEqual([]))
  press('Escape')
  settle()
  expect(options()).toEqual([])
  write('/expl')
  expect(options()).toEqual([])
  press('Enter')
  await waitFor(() => expect(fake.called('send').at(-1)).toMatchObject({ text: '/expl' }))
  write('/expl')
  await waitFor(() => expect(options()).toEqual(['explain']))
  // A key with Shift or Ctrl is the message's own.
  box.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))
  await waitFor(() => expect(fake.called('send')).toHaveLength(2))
})

test('variables are asked for in place', async () => {
  const { fake, box, write, getByRole, queryByRole } = await openWith()
  write('Now: /expl')
  await waitFor(() => getByRole('listbox', { name: 'Snippets' }))
  press('Enter')
  const form = await waitFor(() => getByRole('form', { name: 'explain' }))
  const [what, whom] = [...form.querySelectorAll('textarea')]
  expect(document.activeElement).toBe(what)
  expect(what?.labels?.[0]?.textContent).toBe('what')
  type('{{whom}}', what!)
  type('a child', whom!)
  press('Enter', whom!)
  await waitFor(() => expect(box.value).toBe('Now: Explain {{whom}} to a child.'))
  await waitFor(() => expect(document.activeElement).toBe(box))
  expect(queryByRole('form')).toBeNull()
  expect(fake.called('begin_conversation')).toEqual([])

  // Esc leaves the message as it is.
  write('/expl')
  await waitFor(() => getByRole('listbox', { name: 'Snippets' }))
  press('Enter')
  press('Escape', (await waitFor(() => getByRole('form', { name: 'explain' }))).querySelector('textarea')!)
  await waitFor(() => expect(queryByRole('form')).toBeNull())
  expect(box.value).toBe('/expl')
  await waitFor(() => expect(document.activeElement).toBe(box))
  // Another chat is another message.
  write('/expla')
  press('Escape')
  write('')
  write('/expl')
  await waitFor(() => getByRole('listbox', { name: 'Snippets' }))
  press('Enter')
  await waitFor(() => getByRole('form', { name: 'explain' }))
  fake.answer('open_conversation', () => detail(conversation(9, 'Other'), []))
  go('#chat/9')
  await waitFor(() => expect(queryByRole('form')).toBeNull())
})

test('the view lists, finds, makes and deletes them', async () => {
  const { fake, getByRole, getByText, queryByText, getByLabelText } = await openWith()
  go('#prompts')
  await waitFor(() => getByText('Explain {{what}} to {{whom}}.'))
  type('faults', getByLabelText('Search prompts'))
  await waitFor(() => expect(queryByText('explain')).toBeNull())
  getByText('Find faults.')
  type('zebra', getByLabelText('Search prompts'))
  await waitFor(() => getByText('Nothing matches.'))

  go('#prompts/new-snippet')
  type('explain', getByLabelText('Name'))
  type('Ask {{who}}.', getByLabelText('Text'))
  await waitFor(() => getByText('Asks for who.'))
  fake.answer('create_prompt', () => {
    throw card('invalid_input', 'This name is taken', { what: '“explain” already exists.', field: 'name', place: 'field' })
  })
  getByRole('button', { name: 'Create' }).click()
  await waitFor(() => getByText('This name is taken. “explain” already exists.'))
  expect(getByLabelText('Name').getAttribute('aria-invalid')).toBe('true')
  fake.answer('create_prompt', () => snippet(9, 'ask', 'Ask {{who}}.'))
  getByRole('button', { name: 'Create' }).click()
  await waitFor(() => expect(location.hash).toBe('#prompts'))
  expect(fake.called('create_prompt').at(-1)).toMatchObject({ content: { kind: 'snippet', name: 'explain', text: 'Ask {{who}}.' } })

  go('#prompts/1')
  const name = getByLabelText('Name') as HTMLInputElement
  type('Critic', name)
  name.dispatchEvent(new Event('blur'))
  await waitFor(() => expect(fake.called('change_prompt').at(-1)).toEqual({ id: 1, change: { name: 'Critic' } }))
  getByRole('button', { name: 'Delete' }).click()
  await waitFor(() => expect(fake.called('delete_prompt')).toEqual([{ id: 1 }]))
  const undo = await waitFor(() => getByRole('button', { name: 'Undo' }))
  undo.click()
  await waitFor(() => expect(fake.called('put_back_prompt')).toEqual([{ id: 1 }]))
})

test('what is set for a chat becomes a preset', async () => {
  const { fake, getByRole } = await openWith({ create_prompt: () => ({ ...preset(8, 'My preset') }) })
  getByRole('button', { name: 'Parameters' }).click()
  const save = await waitFor(() => getByRole('button', { name: 'Save as preset' }))
  type('Be brief.', getByRole('textbox', { name: 'System prompt' }))
  save.click()
  await waitFor(() => expect(fake.called('create_prompt').at(-1)).toMatchObject({ content: { kind: 'preset', name: 'My preset', parameters: { system: 'Be brief.' } } }))
  fake.emit('prompts', [preset(8, 'My preset')])
  await waitFor(() => expect(location.hash).toBe('#prompts/8'))
})

test('the ledger names the preset, and is looked at by it', async () => {
  const own = usageRow(7_000, { at: Date.now(), preset: 1, presetName: 'Reviewer', conversation: 1, title: 'A chat', here: true })
  const { fake, getByRole, getAllByText } = await openWith(new SampleLedger([own, ...usedOver(3)]).answers())
  go('#usage')
  await waitFor(() => getByRole('link', { name: /^Reviewer/ }))
  expect(getAllByText(/Reviewer/).length).toBeGreaterThan(1)
  getByRole('link', { name: /^Reviewer/ }).click()
  go('#usage/preset-1')
  await waitFor(() => expect(fake.called('usage_view').at(-1)).toMatchObject({ filter: { preset: 1, conversation: null, from: null } }))
  const filter = getByRole('combobox', { name: 'Preset' }) as HTMLSelectElement
  await waitFor(() => expect(filter.value).toBe('1'))
})

test('a file is looked at before anything of it comes in, and replaces what is ticked', async () => {
  const { fake, getByRole, queryByRole, getByText, getAllByText } = await openWith({
    choose_prompts: () => ({
      file: 'prompts.json',
      added: [{ kind: 'snippet' as const, name: 'greet' }],
      changed: [
        {
          key: 'a', kind: 'preset' as const, name: 'Reviewer', isNewer: true,
          fields: [{ field: 'temperature', before: '0.5', after: null }, { field: 'web_search', before: null, after: 'true' }],
          lines: [{ change: 'removed' as const, text: 'Find faults.' }, { change: 'added' as const, text: 'Be kind.' }, { change: 'skipped' as const, text: '' }],
        },
        { key: 'b', kind: 'snippet' as const, name: 'explain', isNewer: false, fields: [{ field: 'name', before: 'explain', after: 'Explain' }], lines: [] },
      ],
      same: 2, leftOut: 3, leftOutNames: ['Broken'], withoutKey: 1,
    }),
  })
  go('#prompts')
  const choose = async (entry: string) => {
    ;(await waitFor(() => getByRole('button', { name: 'Import or export' }))).click()
    ;(await waitFor(() => getByRole('menuitem', { name: entry }))).click()
  }
  await choose('Import…')
  const dialog = await waitFor(() => getByRole('dialog', { name: 'Import 1 prompt?' }))
  getByText('greet')
  getByText('Temperature: 0.5 → not set')
  getByText('web_search: not set → true')
  const lines = getByRole('region', { name: 'Changes to Reviewer' })
  expect([...lines.querySelectorAll('[data-change]')].map((line) => line.textContent)).toEqual(['Removed: Find faults.', 'Added: Be kind.', 'More lines…'])
  getByText('3 prompts left out: Broken and others.')
  getByText('Text that looks like a key was removed from 1 prompt.')
  const box = getByRole('checkbox', { name: 'Replace Reviewer' }) as HTMLInputElement
  expect(box.checked, 'nothing is taken that nobody has looked at').toBe(false)
  box.click()
  settle()
  ;(dialog.querySelector('[data-action=import]') as HTMLElement).click()
  await waitFor(() => expect(fake.called('import_prompts')).toEqual([{ keys: ['a'] }]))
  await waitFor(() => getAllByText('1 prompt replaced'))
  expect(queryByRole('dialog')).toBeNull()

  // Given up, it brings nothing.
  await choose('Import…')
  ;(await waitFor(() => getByRole('dialog'))).querySelector<HTMLElement>('[data-action=discard]')?.click()
  await waitFor(() => expect(queryByRole('dialog')).toBeNull())
  await choose('Export all…')
  await waitFor(() => getAllByText('Prompts exported to prompts.json'))
  expect(fake.called('import_prompts')).toHaveLength(1)
})
