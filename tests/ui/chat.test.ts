// A chat from the first key to the last word: sending, streaming, stopping, switching, reloading.
import { expect, test, vi } from 'vitest'
import { action, answer, card, conversation, detail, modelsView, question, settings, status, text } from './samples'
import { open, press, type, waitFor } from './window'

const sent = (id = 50) => ({
  question: question(1, 'Hello', id),
  answer: answer(2, [], { state: 'queued' }, id),
})
const article = (role: string) => document.querySelector<HTMLElement>(`article[data-role="${role}"]`)
const heard = () => document.querySelector('[role="status"]')?.textContent?.trim()

async function ask() {
  const it = await open({}, { send: () => sent() })
  type('Hello', it.getByRole('textbox', { name: 'Message' }))
  it.getByRole('button', { name: 'Send' }).click()
  await waitFor(() => expect(it.fake.isWatched(2)).toBe(true))
  return it
}

test('the frame has its names', async () => {
  const { getByRole, getAllByRole } = await open()
  expect(getByRole('button', { name: 'New chat' })).toBeTruthy()
  expect(getByRole('navigation', { name: 'Main' })).toBeTruthy()
  const names = getAllByRole('link').map((link) => link.textContent?.trim())
  for (const name of ['Chat', 'Models', 'Balance', 'Usage', 'Settings', 'Help']) expect(names).toContain(name)
  expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' }))
})

test('a message is sent once, and its answer streams into its place', async () => {
  const { fake, getByRole, queryByRole } = await ask()
  expect(fake.called('begin_conversation')).toEqual([{ first: { model: 'claude-sonnet-4.6', parameters: null, text: 'Hello', attachments: [], projectId: null, presetId: null } }])
  expect(fake.called('send')).toEqual([{ conversationId: 50, text: 'Hello', insteadOf: null }])
  expect(location.hash).toBe('#chat/50')
  expect((getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement).value).toBe('')
  expect(article('user')?.textContent).toContain('Hello')
  expect(article('assistant')?.dataset.state).toBe('queued')
  expect(queryByRole('button', { name: 'Send' })).toBeNull()

  fake.update(2, { type: 'snapshot', message: sent().answer, last: [] })
  fake.update(2, { type: 'status', status: status({ state: 'streaming', sentAt: 1, firstTextAt: 2 }) })
  fake.update(2, text(0, ['<p>Hi</p>'], ''))
  fake.update(2, text(0, ['<p>Hi there</p>', '<p>!</p>'], ''))
  await waitFor(() => expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('Hi there!'))
  expect(article('assistant')?.dataset.state).toBe('streaming')
  expect(heard()).toBe('Answer started')

  fake.update(2, { type: 'status', status: status({ state: 'done', finish: 'stop', sentAt: 1000, endedAt: 7100 }) })
  await waitFor(() => expect(article('assistant')?.dataset.finish).toBe('stop'))
  expect(article('assistant')?.querySelector('footer')?.textContent).toContain('6.1 s')
  expect(heard()).toBe('Answer finished')
  expect(getByRole('button', { name: 'Send' })).toBeTruthy()
})

test('an answer is not heard word by word', async () => {
  const { fake } = await ask()
  fake.update(2, text(0, ['<p>Hi</p>'], ''))
  await waitFor(() => expect(article('assistant')?.textContent).toContain('Hi'))
  expect(article('assistant')?.closest('[aria-live]')).toBeNull()
})

test('Enter sends, Shift Enter does not, and the setting turns it around', async () => {
  const { fake, getByRole } = await open({}, { send: () => sent() })
  const box = getByRole('textbox', { name: 'Message' })
  type('Hello', box)
  press('Enter', box, { shiftKey: true })
  press('Enter', box, { isComposing: true })
  expect(fake.called('send')).toEqual([])
  fake.emit('settings', { ...fake.boot.settings, enterSends: false })
  press('Enter', box)
  expect(fake.called('send')).toEqual([])
  press('Enter', box, { ctrlKey: true })
  await waitFor(() => expect(fake.called('send').length).toBe(1))
})

test('an empty message is not sent', async () => {
  const { fake, getByRole } = await open()
  const box = getByRole('textbox', { name: 'Message' })
  type('   ', box)
  press('Enter', box)
  expect((getByRole('button', { name: 'Send' }) as HTMLButtonElement).disabled).toBe(true)
  expect(fake.called('begin_conversation')).toEqual([])
})

test('Esc and Stop end the answer', async () => {
  const { fake, getByRole } = await ask()
  press('Escape', getByRole('textbox', { name: 'Message' }))
  await waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 2 }]))
  getByRole('button', { name: 'Stop' }).click()
  await waitFor(() => expect(fake.called('stop').length).toBe(2))
})

test('a refused send keeps the text and says why', async () => {
  const { getByRole, fake } = await open()
  fake.answer('send', () => {
    throw { code: 'storage_failed', title: 'Your chats couldn’t be saved', what: '', why: [], safe: '', facts: [], details: [], actions: [], severity: 'broken', place: 'message', field: null, readyAt: null, at: 1 }
  })
  type('Hello', getByRole('textbox', { name: 'Message' }))
  getByRole('button', { name: 'Send' }).click()
  await waitFor(() => expect(getByRole('alert').dataset.code).toBe('storage_failed'))
  expect((getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement).value).toBe('Hello')
})

test('after a reload the open chat and its running answer are back', async () => {
  location.hash = '#chat/7'
  const running = answer(9, ['<p>So far</p>'], { state: 'streaming', sentAt: 1, firstTextAt: 2 }, 7)
  const { fake } = await open(
    { conversations: [conversation(7, 'Seven')], live: [{ conversationId: 7, messageId: 9, state: 'streaming', waiting: false, speed: 41 }] },
    { open_conversation: () => detail(conversation(7, 'Seven'), [question(8, 'Go on', 7), running]) },
  )
  await waitFor(() => expect(fake.isWatched(9)).toBe(true))
  fake.update(9, { type: 'snapshot', message: { ...running, blocks: ['<p>So far</p>', '<p>and further</p>'] }, last: [] })
  await waitFor(() => expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('So farand further'))
  expect(document.querySelector('.chats')?.textContent).toContain('41 tok/s')
})

test('text of a chat that was left does not reach the one that is open', async () => {
  const { fake } = await ask()
  location.hash = '#chat/7'
  fake.answer('open_conversation', () => detail(conversation(7, 'Seven'), [question(8, 'Other', 7), answer(9, ['<p>Else</p>'], {}, 7)]))
  window.dispatchEvent(new Event('hashchange'))
  await waitFor(() => expect(article('user')?.textContent).toContain('Other'))
  fake.update(2, text(0, ['<p>Late</p>'], ''))
  await new Promise(requestAnimationFrame)
  expect(document.body.textContent).not.toContain('Late')
})

test('drafts stay with their chat', async () => {
  const { getByRole } = await open(
    { conversations: [conversation(7, 'Seven')] },
    { open_conversation: () => detail(conversation(7, 'Seven'), [question(8, 'Old', 7)]) },
  )
  const box = () => getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  type('for a new chat', box())
  location.hash = '#chat/7'
  window.dispatchEvent(new Event('hashchange'))
  await waitFor(() => expect(box().value).toBe(''))
  press('n', document.body, { ctrlKey: true })
  await waitFor(() => expect(box().value).toBe('for a new chat'))
})

test('links and images open outside, whichever button presses them', async () => {
  const { fake } = await ask()
  fake.update(2, text(0, ['<p><a href="https://example.com/">x</a> <button class="image" data-src="https://example.com/a.png">Image</button></p>']))
  await waitFor(() => expect(document.querySelector('.answer a')).toBeTruthy())
  const link = document.querySelector('.answer a') as HTMLElement
  const events = [new MouseEvent('click', { bubbles: true, cancelable: true }), new MouseEvent('auxclick', { bubbles: true, cancelable: true, button: 1 })]
  for (const event of events) {
    link.dispatchEvent(event)
    expect(event.defaultPrevented, 'the window must not follow a link').toBe(true)
  }
  ;(document.querySelector('.answer button.image') as HTMLElement).click()
  await waitFor(() =>
    expect(fake.called('open_link').map((args) => args.url)).toEqual(['https://example.com/', 'https://example.com/', 'https://example.com/a.png']),
  )
})

test('Copy takes the code without its buttons', async () => {
  const { fake, getByRole } = await ask()
  fake.update(2, text(0, ['<div class="code" data-lang="sh"><pre><code>ls\n</code></pre></div>'], ''))
  await waitFor(() => getByRole('button', { name: 'Copy code' }))
  getByRole('button', { name: 'Copy code' }).click()
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'ls\n' }]))
})

test('reasoning is folded, and shown once it is opened', async () => {
  const { fake } = await ask()
  fake.update(2, text(0, [], 'First.\n\nThen'))
  await waitFor(() => expect(document.querySelector('article details summary')?.textContent).toContain('Thinking'))
  expect(document.body.textContent).not.toContain('First.')
  const fold = document.querySelector('article details') as HTMLDetailsElement
  fold.open = true
  fold.dispatchEvent(new Event('toggle'))
  await waitFor(() => expect(fold.querySelectorAll('p').length).toBe(2))
  // Less than a tenth of a second is not told.
  await new Promise((resolve) => setTimeout(resolve, 150))
  fake.update(2, text(0, ['<p>So.</p>'], ' more'))
  await waitFor(() => expect(fold.querySelectorAll('p')[1]?.textContent).toBe('Then more'))
  expect(fold.querySelector('summary')?.textContent).toContain('Thought for')
})

test('a model is chosen by typing and Enter', async () => {
  const { fake, getByRole } = await open()
  await waitFor(() => getByRole('button', { name: /^Model: Claude-Sonnet-4.6/ }))
  getByRole('button', { name: /^Model: Claude-Sonnet-4.6/ }).click()
  const search = await waitFor(() => getByRole('combobox', { name: 'Search models' }))
  type('gemini fl', search)
  press('Enter', search)
  await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
  type('Hello', getByRole('textbox', { name: 'Message' }))
  fake.answer('send', () => sent())
  press('Enter', getByRole('textbox', { name: 'Message' }))
  await waitFor(() => expect(fake.called('begin_conversation')).toMatchObject([{ first: { model: 'gemini-3-flash' } }]))
})

test('a hidden window falls no further behind than a tenth of a second', async () => {
  vi.stubGlobal('requestAnimationFrame', () => 0)
  const { fake } = await ask()
  fake.update(2, text(0, ['<p>Hi</p>'], ''))
  await waitFor(() => expect(article('assistant')?.querySelector('.answer')?.textContent).toBe('Hi'))
  vi.unstubAllGlobals()
})

test.each(['chat', 'settings', 'help', 'models', 'doctor'])('what is dropped on the view %s leaves the page where it is', async (view) => {
  await open()
  location.hash = view
  window.dispatchEvent(new Event('hashchange'))
  const drag = (kind: string, types: string[], target: Element) => {
    const event = new Event(kind, { bubbles: true, cancelable: true })
    const transfer = { types, files: [], items: [], dropEffect: 'copy' }
    Object.assign(event, { dataTransfer: transfer })
    target.dispatchEvent(event)
    return { isKept: event.defaultPrevented, effect: transfer.dropEffect }
  }
  const there = view === 'chat' ? '.composer' : 'main h1'
  await waitFor(() => expect(document.querySelector(there)).toBeTruthy())
  await waitFor(() => expect(document.querySelector('.composer') !== null).toBe(view === 'chat'))
  const effect = view === 'chat' ? 'copy' : 'none'
  for (const kind of ['dragover', 'drop']) {
    expect(drag(kind, ['Files'], document.body)).toEqual({ isKept: true, effect })
    expect(drag(kind, ['text/uri-list'], document.body)).toEqual({ isKept: true, effect: 'none' })
  }
  const field = document.createElement('textarea')
  document.querySelector('main')?.append(field)
  expect(drag('drop', ['text/plain'], field).isKept).toBe(false)
  expect(drag('drop', ['Files'], field).isKept).toBe(true)
})

test('a message that waits for the list of models says so, and a stop takes it back', async () => {
  const offline = card('dns_failed', 'Can’t find api.poe.com', { actions: [action('run-check', 'Check the connection')] })
  const waiting = answer(2, [], { state: 'queued', model: '', waitsFor: 'models', card: offline })
  const { fake, getByRole } = await open(
    { settings: settings({ defaultModel: null }) },
    { models: () => modelsView({ models: [], fetchedAt: null, card: offline }), send: () => ({ ...sent(), answer: waiting }) },
  )
  type('Hello', getByRole('textbox', { name: 'Message' }))
  getByRole('button', { name: 'Send' }).click()
  await waitFor(() => expect(article('assistant')?.textContent).toContain('Waiting for Poe’s model list'))
  expect(fake.called('begin_conversation')).toMatchObject([{ first: { model: null } }])
  expect(article('assistant')?.querySelector('[data-code=dns_failed]')).toBeTruthy()
  article('assistant')?.querySelector<HTMLElement>('.waiting [data-action=cancel]')?.click()
  await waitFor(() => expect(fake.called('stop')).toEqual([{ messageId: 2 }]))
})
