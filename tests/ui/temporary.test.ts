// The temporary chat: begun, gone back to, ended; and what is not offered in it.
import axe from 'axe-core'
import { message as words } from '../../ui/src/words/en/message'
import { expect, test } from 'vitest'
import { answer, boot, conversation, list, question, usageRow } from './samples'
import { open, press, settle, type, waitFor } from './window'

const ID = 2 ** 52 + 2 ** 20
const temporary = { ...conversation(ID, ''), temporary: true }

async function begin(answers = {}) {
  const it = await open({}, {
    begin_temporary_chat: () => temporary,
    open_conversation: ({ id }) => ({ conversation: id === ID ? temporary : conversation(id as number, 'Kept'), count: 0, messages: [], at: null, filesBehind: 0, editing: null, compared: [] }),
    send: ({ text }) => ({ question: question(ID + 1, text as string, ID), answer: answer(ID + 2, ['<p>Gone soon.</p>'], { state: 'done', finish: 'stop' }, ID) }),
    ...answers,
  })
  ;(await it.findByRole('button', { name: 'Start a temporary chat' })).click()
  await it.findByRole('heading', { name: 'Temporary chat', level: 2 })
  return it
}

test('it says what is kept, and each question goes into it', async () => {
  const { fake, getByRole, getByText, findByText } = await begin()
  expect(fake.called('begin_temporary_chat')).toHaveLength(1)
  getByText(/^Nothing in this chat is saved on this computer/)
  expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' }))
  type('Walrus?', getByRole('textbox', { name: 'Message' }))
  getByRole('button', { name: /^Send/ }).click()
  await findByText('Gone soon.')
  expect(fake.called('send')[0]).toMatchObject({ conversationId: ID, text: 'Walrus?' })
  expect(fake.called('begin_conversation')).toEqual([])
  expect((await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })).violations.map((it) => it.id)).toEqual([])
})

test('nothing that would be kept is offered in it', async () => {
  const { fake, getByRole, findByText, findAllByRole } = await begin()
  type('Walrus?', getByRole('textbox', { name: 'Message' }))
  getByRole('button', { name: /^Send/ }).click()
  const text = await findByText('Gone soon.')
  text.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true }))
  const entries = (await findAllByRole('menuitem')).map((it) => it.textContent)
  expect(entries.join()).toContain('Edit answer')
  expect(entries.join()).not.toContain(words.fork)
  press('Escape')
  press('p', document.body, { ctrlKey: true })
  expect(fake.called('print_chat')).toEqual([])
})

test('it stands above the list until it is ended, and a press leads back to it', async () => {
  const { fake, getByRole, findByRole, queryByRole } = await begin({ delete_conversation: () => null })
  getByRole('button', { name: /^New chat/ }).click()
  ;(await findByRole('button', { name: 'Back to the temporary chat' })).click()
  await findByRole('heading', { name: 'Temporary chat', level: 2 })
  expect(fake.called('begin_temporary_chat')).toHaveLength(1)
  const row = getByRole('link', { name: 'Temporary chat' })
  expect(row.getAttribute('aria-current')).toBe('true')
  getByRole('button', { name: 'End temporary chat' }).click()
  await waitFor(() => expect(document.querySelector('.toast')?.textContent).toContain('Temporary chat ended'))
  expect(fake.called('delete_conversation')).toEqual([{ id: ID }])
  expect(location.hash).toBe('#chat')
  fake.emit('conversations', list(boot().conversations.rows))
  await waitFor(() => expect(queryByRole('link', { name: 'Temporary chat' })).toBeNull())
  const { conversations } = await import('../../ui/src/state/conversations.svelte')
  conversations.put(temporary)
  settle()
  expect(queryByRole('link', { name: 'Temporary chat' })).toBeNull()
  await findByRole('button', { name: 'Start a temporary chat' })
})

test('its rows in Usage say what they were of', async () => {
  const { placeOfRow } = await import('../../ui/src/parts/usage/names')
  expect(placeOfRow(usageRow(0, { conversation: null, title: null, temporary: true }))).toBe('Temporary chat')
})

test('two presses at once begin one', async () => {
  let arrive = (_: typeof temporary) => {}
  const begun = new Promise<typeof temporary>((resolve) => (arrive = resolve))
  const { fake, findByRole } = await open({}, {
    begin_temporary_chat: () => begun,
    open_conversation: ({ id }) => ({ conversation: id === ID ? temporary : conversation(id as number, 'Kept'), count: 0, messages: [], at: null, filesBehind: 0, editing: null, compared: [] }),
  })
  const start = await findByRole('button', { name: 'Start a temporary chat' })
  start.click()
  start.click()
  await waitFor(() => expect(fake.called('begin_temporary_chat').length).toBeGreaterThan(0))
  arrive(temporary)
  await findByRole('heading', { name: 'Temporary chat', level: 2 })
  expect(fake.called('begin_temporary_chat')).toHaveLength(1)
})
