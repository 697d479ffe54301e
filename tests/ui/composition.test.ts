// Keys of an input method: the Enter that picks a word and the Esc that drops one reach no handler of the window, wherever the
// cursor is. In WebKit's order they come after the composition's end and only their code tells them.
import { expect, test } from 'vitest'
import { answer, card, conversation, detail, question } from './samples'
import { open, settle, type, waitFor } from './window'

const ways: [string, KeyboardEventInit][] = [
  ['while it is composed', { isComposing: true }],
  ['as WebKit tells the last one', { isComposing: false, keyCode: 229 }],
]

function compose(target: Element, key: string, how: KeyboardEventInit, more: KeyboardEventInit = {}) {
  target.dispatchEvent(new Event('compositionstart', { bubbles: true }))
  if (!how.isComposing) target.dispatchEvent(new Event('compositionend', { bubbles: true }))
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...how, ...more })
  if (how.keyCode !== undefined) Object.defineProperty(event, 'keyCode', { value: how.keyCode })
  target.dispatchEvent(event)
  settle()
  return event
}

const chat = detail(conversation(7, 'Seven'), [question(8, 'Old', 7), answer(9, ['<p>Yes</p>'], {}, 7)])

test.each(ways)('in the composer it sends, stops and ends nothing: %s', async (_, how) => {
  location.hash = '#chat/7'
  const { fake, getByRole } = await open({ conversations: [conversation(7, 'Seven')] }, { open_conversation: () => chat })
  const box = getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  await waitFor(() => getByRole('button', { name: 'Edit' }))
  getByRole('button', { name: 'Edit' }).click()
  await waitFor(() => expect(box.value).toBe('Old'))
  for (const more of [{}, { ctrlKey: true }]) compose(box, 'Enter', how, more)
  compose(box, 'Escape', how)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(fake.called('send')).toEqual([])
  expect(box.value).toBe('Old')
})

test.each(ways)('a title that is composed is neither taken nor dropped: %s', async (_, how) => {
  location.hash = '#chat/7'
  const { fake, getByRole } = await open({ conversations: [conversation(7, 'Seven')] }, { open_conversation: () => chat })
  await waitFor(() => getByRole('button', { name: /^Rename chat/ }))
  getByRole('button', { name: /^Rename chat/ }).click()
  const field = await waitFor(() => getByRole('textbox', { name: 'Title of this chat' }))
  type('Nihon', field)
  compose(field, 'Enter', how)
  compose(field, 'Escape', how)
  expect(getByRole('textbox', { name: 'Title of this chat' })).toBe(field)
  expect(fake.called('change_conversation')).toEqual([])
})

test.each(ways)('no view hears of it: %s', async (_, how) => {
  const { getByRole } = await open({ notices: [card('storage_failed', 'A notice')] })
  const heard: string[] = []
  const hear = (event: Event) => heard.push((event as KeyboardEvent).key)
  window.addEventListener('keydown', hear)
  let fields = 0
  for (const view of ['chat', 'models', 'balance', 'usage', 'settings', 'help', 'gallery', 'log', 'doctor', 'setup']) {
    location.hash = view
    window.dispatchEvent(new Event('hashchange'))
    await waitFor(() => expect(document.querySelector('main h1, main h2, .setup')).toBeTruthy())
    if (view === 'chat') {
      getByRole('button', { name: 'Parameters' }).click()
      settle()
    }
    for (const field of document.querySelectorAll('input, textarea, select, button, [tabindex]')) {
      fields++
      for (const key of ['Enter', 'Escape', 'ArrowUp']) {
        const event = compose(field, key, how)
        expect(event.defaultPrevented, `${key} in ${view}: what it does to the text stays`).toBe(false)
      }
    }
  }
  window.removeEventListener('keydown', hear)
  expect(heard).toEqual([])
  expect(fields).toBeGreaterThan(60)
})
