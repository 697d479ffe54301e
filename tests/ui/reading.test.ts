// Reading: keys that work wherever the cursor is, a long question folded, what an answer cost, and the way back to what a new
// version took out of sight.
import { expect, test } from 'vitest'
import type { MessageView } from '../../ui/src/ipc'
import { words } from '../../ui/src/words/all'
import { action, answer, card, conversation, detail, question, retryCost } from './samples'
import { open, press, settle, waitFor } from './window'

async function thread(messages: MessageView[], answers: Parameters<typeof open>[1] = {}) {
  location.hash = '#chat/7'
  const view = conversation(7, 'Seven')
  const it = await open({ conversations: [view] }, { open_conversation: () => detail(view, messages), ...answers })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(messages.length))
  return it
}
const running = (id: number) => answer(id, ['<p>So far</p>'], { state: 'streaming', sentAt: 1, firstTextAt: 2 }, 7)
const find = (css: string) => document.querySelector<HTMLElement>(css) as HTMLElement
const pause = () => new Promise((resolve) => setTimeout(resolve, 20))

test('Esc stops the answer from wherever the cursor is, and leaves it there', async () => {
  const { fake } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7), question(10, 'And?', 7), running(11)])
  const places = ['.thread', '[aria-label="Copy answer"]', '[aria-label="Parameters"]', '.composer [aria-label="Attach files"]', '.thread a, .thread']
  for (const [n, place] of places.entries()) {
    find(place).focus()
    press('Escape', find(place))
    await waitFor(() => expect(fake.called('stop').length, place).toBe(n + 1))
    expect(document.activeElement, place).toBe(find(place))
  }
  press('Escape', document.body)
  await waitFor(() => expect(fake.called('stop').length).toBe(places.length + 1))
})

test('Esc that belongs to what is open stops nothing', async () => {
  const { fake, getByRole } = await thread([question(10, 'And?', 7), running(11)])
  const { panels } = await import('../../ui/src/state/panels.svelte')
  const opened: [string, () => void, () => void][] = [
    ['the list of models', () => panels.openPicker(), () => panels.closePicker()],
    ['the parameters', () => panels.openParameters(), () => panels.closeParameters()],
    ['the drawer', () => (panels.drawer = true), () => (panels.drawer = false)],
  ]
  for (const [what, show, hide] of opened) {
    show()
    settle()
    await pause()
    press('Escape', find('.thread'))
    await pause()
    expect(fake.called('stop'), what).toEqual([])
    hide()
    settle()
  }
  const menu = document.createElement('div')
  menu.setAttribute('role', 'menu')
  document.body.append(menu)
  press('Escape', find('.thread'))
  menu.remove()
  getByRole('button', { name: /^Rename chat/ }).click()
  const title = await waitFor(() => getByRole('textbox', { name: 'Title of this chat' }))
  press('Escape', title)
  await pause()
  expect(fake.called('stop')).toEqual([])
})

test('letters and a paste go into the box, whatever else has the cursor', async () => {
  const { getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)])
  const box = getByRole('textbox', { name: 'Message' })
  const goes = (key: string, more: KeyboardEventInit = {}) => {
    find('.thread').focus()
    press(key, find('.thread'), more)
    return document.activeElement === box
  }
  expect(goes('a')).toBe(true)
  expect(goes('Ä', { shiftKey: true })).toBe(true)
  expect(goes('v', { ctrlKey: true })).toBe(true)
  for (const key of [' ', 'Enter', 'Tab', 'ArrowDown', 'PageUp', 'F5']) expect(goes(key), key).toBe(false)
  expect(goes('c', { ctrlKey: true })).toBe(false)
  const button = find('[aria-label="Copy answer"]')
  button.focus()
  press('x', button)
  expect(document.activeElement).toBe(box)
  const chat = find('aside a')
  chat.focus()
  press('x', chat)
  expect(document.activeElement).toBe(chat)
})

test('a long question is folded, opens by a press, and is copied whole', async () => {
  const long = Array.from({ length: 300 }, (_, n) => `line ${n}`).join('\n')
  const { fake, getByRole } = await thread([question(8, long, 7), answer(9, ['<p>So.</p>'], {}, 7)])
  const button = getByRole('button', { name: 'Show all 300 lines' })
  expect(button.getAttribute('aria-expanded')).toBe('false')
  expect(find('.bubble .text').classList).toContain('folded')
  expect(find('.bubble .text').textContent).toBe(long)
  button.click()
  settle()
  expect(find('.bubble .text').classList).not.toContain('folded')
  expect(getByRole('button', { name: 'Show less' })).toBe(button)
  getByRole('button', { name: 'Copy question' }).click()
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: long }]))
})

test.each([
  ['a line', 1, 20, null],
  ['twelve lines', 12, 20, null],
  ['sixteen lines', 16, 20, null],
  ['seventeen lines', 17, 20, 'Show all 17 lines'],
  ['one line of a page', 1, 2_000, 'Show all 2,000 characters'],
])('%s', async (_, many, characters, expected) => {
  await thread([question(8, Array.from({ length: many }, () => 'x'.repeat(characters)).join('\n'), 7), answer(9, ['<p>So.</p>'], {}, 7)])
  expect(document.querySelector('.bubble button')?.textContent ?? null).toBe(expected)
})

test('the row below a question is there while the answer comes', async () => {
  const { fake } = await thread([question(10, 'And?', 7), running(11)])
  const row = find('article[data-role="user"] .tools')
  expect(row).toBeTruthy()
  expect(row.querySelector('[aria-label="Copy question"]')).toBeTruthy()
  fake.update(11, { type: 'status', status: { ...running(11).status, state: 'done', endedAt: 3 } })
  await waitFor(() => expect(row.querySelector(`[aria-label="${words.message.editQuestion}"]`)).toBeTruthy())
  expect(row.isConnected).toBe(true)
})

test('Copy says so in its place for a moment', async () => {
  const { getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)])
  const button = getByRole('button', { name: 'Copy answer' })
  button.click()
  await waitFor(() => expect(button.classList).toContain('copied'))
  expect(document.querySelector('.toast')).toBeNull()
  expect(find('[role="status"]').textContent).toBe('Copied')
  await waitFor(() => expect(button.classList).not.toContain('copied'), { timeout: 3_000 })
})

test('a version that hides what follows says where it is, and leads back', async () => {
  const messages = [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7), question(10, 'And?', 7), answer(11, ['<p>Then</p>'], {}, 7)]
  const { fake, getAllByRole, getByRole } = await thread(messages, { resend: () => answer(12, [], { state: 'queued' }, 7) })
  getAllByRole('button', { name: words.message.regenerate })[0]?.click()
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(2))
  expect(find('.toast').textContent).toContain('Later messages are in version 1')
  expect(find('[role="status"]').textContent).toContain('Later messages are in version 1')
  fake.answer('choose_branch', () => detail(conversation(7, 'Seven'), messages))
  getByRole('button', { name: 'Go back' }).click()
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(4))
  // Nobody pays for an answer that was not wanted.
  expect(fake.called('stop')).toEqual([{ messageId: 12 }])
  expect(fake.called('choose_branch')).toEqual([{ messageId: 9 }])
  expect(document.querySelector('.toast')).toBeNull()
})

test('the last answer hides nothing, and a chat that is left offers nothing', async () => {
  const messages = [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7), question(10, 'And?', 7), answer(11, ['<p>Then</p>'], {}, 7)]
  const { getAllByRole } = await thread(messages, { resend: ({ messageId }) => answer((messageId as number) + 100, [], {}, 7) })
  getAllByRole('button', { name: words.message.regenerate })[1]?.click()
  await pause()
  expect(document.querySelector('.toast')).toBeNull()
  getAllByRole('button', { name: words.message.regenerate })[0]?.click()
  await waitFor(() => expect(document.querySelector('.toast')).toBeTruthy())
  location.hash = '#chat'
  window.dispatchEvent(new Event('hashchange'))
  await waitFor(() => expect(document.querySelector('.toast')).toBeNull())
})

test('an edited question that hides what follows says so too', async () => {
  const messages = [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7), question(10, 'And?', 7), answer(11, ['<p>Then</p>'], {}, 7)]
  const sent = { question: question(12, 'Why not?', 7), answer: answer(13, [], { state: 'queued' }, 7) }
  const { getAllByRole, getByRole } = await thread(messages, { send: () => sent })
  getAllByRole('button', { name: words.message.editQuestion })[0]?.click()
  await pause()
  getByRole('button', { name: 'Send' }).click()
  await waitFor(() => expect(document.querySelector('.toast')?.textContent).toContain('Later messages are in version 1'))
})

test('what an answer cost opens below it', async () => {
  const charge = { state: 'charged', points: 182, amounts: [] as number[], took: 6_100, saved: null } as const
  const costs = [{ at: 1, state: 'charged' as const, points: 182, givenBack: null, usd: '0.0055', inputTokens: 104, outputTokens: 78, parts: [{ label: 'Input', value: '238 points (8369 tokens)' }, { label: 'Cache discount', value: '-213 points (8352 tokens)' }] }]
  const { fake, getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], { charge, account: 'Work', sentAt: 1, firstTextAt: 2, endedAt: 3 }, 7)], { request_costs: () => costs })
  const button = getByRole('button', { name: '182 points' })
  button.click()
  const shown = await waitFor(() => getByRole('group', { name: 'What this cost' }))
  await waitFor(() => expect(shown.textContent).toContain('238 points (8,369 tokens)'))
  for (const part of ['Cache discount', '$0.0055', 'Work', '182 points']) expect(shown.textContent).toContain(part)
  expect(fake.called('request_costs')).toEqual([{ messageId: 9 }])
  expect(button.getAttribute('aria-expanded')).toBe('true')
  button.click()
  settle()
  expect(document.querySelector('.costs')).toBeNull()
})

test('of a request that Poe tells nothing about only the sum stands', async () => {
  const charge = { state: 'unknown', points: null, amounts: [] as number[], took: 6_100, saved: null } as const
  const costs = [{ at: 1, state: 'unknown' as const, points: null, givenBack: null, usd: null, inputTokens: null, outputTokens: null, parts: [] }]
  const { fake, getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], { charge, sentAt: 1, firstTextAt: 2, endedAt: 3 }, 7)], { request_costs: () => costs })
  find('.cost').click()
  const shown = await waitFor(() => getByRole('group', { name: 'What this cost' }))
  await waitFor(() => expect(fake.called('request_costs')).toEqual([{ messageId: 9 }]))
  await pause()
  expect([shown.querySelectorAll('section').length, shown.querySelector('.sum')?.textContent]).toEqual([0, 'Totalcost unknown'])
})

test('under a card nothing stands that the card says', async () => {
  await thread([question(8, 'Why?', 7), answer(9, [], { state: 'failed', card: card('offline', 'You are offline', { why: ['A cable'], actions: [action('retry', 'Try again')] }), sentAt: 1, endedAt: 2 }, 7)])
  expect(document.querySelector('.receipt')).toBeNull()
  expect(find('.card details').textContent).toContain('A cable')
  expect(find('.card .body').firstElementChild?.textContent).toBe('You are offline')
})

test('the ways to ask once more, each with its price', async () => {
  const { fake, getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)], {
    retry_cost: () => retryCost({ regenerate: { low: 140, high: 190 }, shorter: { low: 70, high: 95 }, longer: { low: 280, high: 380 } }),
    resend: () => answer(12, [], { state: 'queued' }, 7),
  })
  await waitFor(() => expect(getByRole('button', { name: words.message.regenerate }).textContent).toContain('≈ 140–190'))
  const ways = async () => {
    getByRole('button', { name: words.message.regenerateHow }).click()
    await waitFor(() => expect(document.querySelectorAll('[role="menuitem"]').length).toBe(4))
    return [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')]
  }
  ;(await ways())[1]?.click()
  await waitFor(() => expect(document.querySelector('[role="combobox"]')).toBeTruthy())
  const { panels } = await import('../../ui/src/state/panels.svelte')
  expect(panels.resend).toBe(9)
  panels.closePicker()
  settle()
  const [same] = await ways()
  await waitFor(() => expect(same?.textContent).toContain('≈ 140–190'))
  same?.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: {} }]))
})

test('shorter and longer say their own price, and are asked for with the request', async () => {
  const { fake, getByRole } = await thread([question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)], {
    retry_cost: () => retryCost({ regenerate: { low: 140, high: 190 }, shorter: { low: 70, high: 95 }, longer: { low: 280, high: 380 } }),
    resend: () => answer(12, [], { state: 'queued' }, 7),
  })
  getByRole('button', { name: words.message.regenerateHow }).click()
  await waitFor(() => expect(document.querySelector('[role="menu"]')?.textContent ?? '').toMatch(/Longer\s*≈ 280–380/))
  expect(document.querySelector('[role="menu"]')?.textContent).toMatch(/Shorter\s*≈ 70–95/)
  const shorter = [...document.querySelectorAll<HTMLElement>('[role="menuitem"]')].find((item) => item.textContent?.startsWith('Shorter'))
  shorter?.click()
  await waitFor(() => expect(fake.called('resend')).toEqual([{ messageId: 9, change: { length: 'shorter' } }]))
})
