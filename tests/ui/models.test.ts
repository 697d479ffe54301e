// The list of models and the picker: found, ordered, narrowed down, and worked with the keyboard; and what new chats ask.
import { expect, test } from 'vitest'
import { byDefault, type Filter, narrowed, nextSort, type Sort, sorted } from '../../ui/src/state/catalog'
import { conversation, messageCost, model, models, settings } from './samples'
import { open, press, type, waitFor } from './window'

const none = { inputUsd: null, outputUsd: null, context: null }
const few = [
  model('bot', 'Bot', 'Zed', { ...none, features: ['tools'] }),
  model('a10', 'A10', 'Yak', { inputUsd: '2', outputUsd: '10', context: 8_000, inputs: ['text'] }),
  model('a9', 'A9', 'Xen', { inputUsd: '10', outputUsd: '9.5', context: 200_000, features: ['tools'] }),
  model('draw', 'Draw', 'Xen', { ...none, requestUsd: '0.04', outputs: ['image'] }),
  model('draw-2', 'Draw-2', 'Xen', { ...none, requestUsd: '0.01', outputs: ['image', 'video'], inputs: ['text'] }),
  model('given', 'Given', 'Zed', { ...none, freeSoFar: true }),
]
const ids = (some: readonly { id: string }[]) => some.map((each) => each.id).join(' ')

test('what has no price stands after what has one', () => {
  expect(ids(byDefault(few))).toBe('a10 a9 draw draw-2 given bot')
})

test.each<[Sort | null, string]>([
  [null, 'bot a10 a9 draw draw-2 given'],
  [{ column: 'name', isDown: false }, 'a9 a10 bot draw draw-2 given'],
  [{ column: 'name', isDown: true }, 'given draw-2 draw bot a10 a9'],
  [{ column: 'maker', isDown: false }, 'a9 draw draw-2 a10 bot given'],
  [{ column: 'context', isDown: true }, 'a9 a10 bot draw draw-2 given'],
  [{ column: 'context', isDown: false }, 'a10 a9 bot draw draw-2 given'],
  [{ column: 'input', isDown: false }, 'given a10 a9 draw-2 draw bot'],
  [{ column: 'output', isDown: false }, 'given a9 a10 draw-2 draw bot'],
  [{ column: 'output', isDown: true }, 'a10 a9 given draw draw-2 bot'],
])('sorted by %o, what is not known comes last', (sort, expected) => {
  expect(ids(sorted(few, sort))).toBe(expected)
})

test('a head turns the order around, and then gives it up', () => {
  const first = nextSort(null, 'context')
  expect(first).toEqual({ column: 'context', isDown: true })
  const second = nextSort(first, 'context')
  expect(second).toEqual({ column: 'context', isDown: false })
  expect(nextSort(second, 'context')).toBeNull()
  expect(nextSort(second, 'input')).toEqual({ column: 'input', isDown: false })
})

test.each<[Filter[], string]>([
  [[], 'bot a10 a9 draw draw-2 given'],
  [['image'], 'draw draw-2'],
  [['text', 'video'], 'bot a10 a9 draw-2 given'],
  [['seesImages'], 'bot a9 draw given'],
  [['tools', 'seesImages'], 'bot a9'],
  [['video', 'tools'], ''],
])('filters %o: any of the outputs, and all of the rest', (filters, expected) => {
  expect(ids(narrowed(few, new Set(filters)))).toBe(expected)
})

const rows = () => [...document.querySelectorAll<HTMLElement>('tr[data-model]')].map((row) => row.dataset.model)

async function openList() {
  location.hash = '#models'
  const it = await open()
  const search = await waitFor(() => it.getByRole('searchbox', { name: 'Search models' }))
  await waitFor(() => expect(rows().length).toBe(models.length))
  return { ...it, search }
}

test('in the list, Enter takes the first hit, a press the row', async () => {
  const { search, getByRole } = await openList()
  press('Enter', search)
  expect(location.hash, 'nothing was looked for').toBe('#models')
  type('gemni flash', search)
  await waitFor(() => expect(rows()).toEqual(['gemini-3-flash']))
  press('Enter', search)
  await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
  location.hash = '#models'
  window.dispatchEvent(new Event('hashchange'))
  await waitFor(() => expect(rows().length).toBe(models.length))
  document.querySelector<HTMLElement>('tr[data-model="kimi-k2-thinking"] td')?.click()
  await waitFor(() => getByRole('button', { name: /^Model: Kimi-K2-Thinking/ }))
})

test('arrows go along the rows, and Up from the first back to the search', async () => {
  const { search, getByRole } = await openList()
  type('claude', search)
  await waitFor(() => expect(rows().length).toBe(3))
  const at = () => document.activeElement?.getAttribute('aria-label')
  press('ArrowDown', search)
  await waitFor(() => expect(at()).toBe('Chat with Claude-Sonnet-4.6'))
  press('End')
  await waitFor(() => expect(at()).toBe('Chat with Claude-Opus-4.6'))
  press('ArrowUp')
  await waitFor(() => expect(at()).toBe('Chat with Claude-Haiku-4.5'))
  expect([...document.querySelectorAll('tbody [tabindex="0"]')].length, 'one stop for Tab').toBe(1)
  press('Home')
  await waitFor(() => expect(at()).toBe('Chat with Claude-Sonnet-4.6'))
  press('ArrowUp')
  expect(document.activeElement).toBe(search)
  press('Escape', search)
  await waitFor(() => expect(rows().length).toBe(models.length))
  press('ArrowDown', search)
  await waitFor(() => expect(at()).toBe('Chat with Claude-Sonnet-4.6'))
  ;(document.activeElement as HTMLElement).click()
  await waitFor(() => getByRole('button', { name: /^Model: Claude-Sonnet-4.6/ }))
})

test('what is only near is shown under its line, and Enter does not take it', async () => {
  const { search } = await openList()
  type('claude-opus-4.9', search)
  await waitFor(() => expect(document.querySelector('.near')?.textContent).toBe('No model matches “claude-opus-4.9”. Did you mean:'))
  expect(rows()[0]).toBe('claude-opus-4.6')
  press('Enter', search)
  expect(location.hash).toBe('#models')
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Chat with Claude-Opus-4.6'))
  type('free', search)
  await waitFor(() => expect(document.querySelector('.near')?.textContent).toBe('No model is known to be free. Cheapest by list price:'))
  expect(rows()[0]).toBe('gemini-3-flash')
})

test('filters stay with the search, and can be cleared', async () => {
  const { search, getByRole } = await openList()
  getByRole('button', { name: 'Video' }).click()
  await waitFor(() => expect(rows()).toEqual(['veo-3.1']))
  expect(getByRole('button', { name: 'Video' }).getAttribute('aria-pressed')).toBe('true')
  type('claude', search)
  await waitFor(() => getByRole('button', { name: 'Clear filters' }))
  getByRole('button', { name: 'Clear filters' }).click()
  await waitFor(() => expect(rows().length).toBe(3))
  await waitFor(() => expect(document.activeElement).toBe(search))
})

test('in the picker, what is only near is taken by an arrow first', async () => {
  const { getByRole } = await open()
  await waitFor(() => getByRole('button', { name: /^Model: Claude-Sonnet-4.6/ }))
  getByRole('button', { name: /^Model: Claude-Sonnet-4.6/ }).click()
  const search = await waitFor(() => getByRole('combobox', { name: 'Search models' }))
  type('claude-opus-4.9', search)
  await waitFor(() => expect(document.querySelector('.panel .note')?.textContent).toBe('No model matches. Did you mean:'))
  press('Enter', search)
  expect(getByRole('combobox', { name: 'Search models' })).toBe(search)
  press('ArrowDown', search)
  press('Enter', search)
  await waitFor(() => getByRole('button', { name: /^Model: Claude-Opus-4.6/ }))
})

test.each<[string, string | null, string[], string]>([
  ['the last model used', null, ['gemini-3-flash', 'claude-haiku-4.5'], 'Gemini-3-Flash'],
  ['the last that is still listed', null, ['gone', 'claude-haiku-4.5'], 'Claude-Haiku-4.5'],
  ['the first that writes, where none was used', null, [], 'Claude-Sonnet-4.6'],
  ['the default, whatever was used', 'gpt-5.4-mini', ['gemini-3-flash'], 'GPT-5.4-Mini'],
])('a new chat asks %s, by name and with its price', async (_, defaultModel, used, name) => {
  const conversations = used.map((model, n) => conversation(n + 1, `Chat ${n}`, { model, updatedAt: Date.now() - n }))
  const { getByRole, fake } = await open({ settings: settings({ defaultModel }), conversations })
  await waitFor(() => getByRole('button', { name: new RegExp(`^Model: ${name}, \\$`) }))
  type('Hello', getByRole('textbox', { name: 'Message' }))
  press('Enter', getByRole('textbox', { name: 'Message' }))
  const id = name.toLowerCase()
  await waitFor(() => expect(fake.called('begin_conversation')).toMatchObject([{ first: { model: id } }]))
})

test('the picker makes a model the default, and takes that back', async () => {
  const { getByRole, queryByRole, fake } = await open({ settings: settings({ defaultModel: null }), conversations: [conversation(1, 'One', { model: 'gemini-3-flash' })] })
  fake.answer('change_settings', ({ change }) => {
    const { defaultModel } = change as { defaultModel: string }
    return (fake.boot.settings = { ...fake.boot.settings, defaultModel: defaultModel || null })
  })
  const button = await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
  button.click()
  await waitFor(() => getByRole('button', { name: 'Make default: Gemini-3-Flash' }))
  getByRole('button', { name: 'Make default: Gemini-3-Flash' }).click()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { defaultModel: 'gemini-3-flash' } }]))
  await waitFor(() => expect(queryByRole('combobox', { name: 'Search models' })).toBeNull())
  button.click()
  await waitFor(() => getByRole('button', { name: 'Use last model instead' }))
  getByRole('button', { name: 'Use last model instead' }).click()
  await waitFor(() => expect(fake.boot.settings.defaultModel).toBeNull())
})

test('the head says what a turn costs and how many are left, where that is known', async () => {
  const estimate_cost = ({ text }: Record<string, unknown>) => messageCost({ tokens: 9, points: text === '' ? { low: 128, high: 200 } : { low: 700, high: 900 } })
  const { getByRole } = await open({}, { estimate_cost })
  await waitFor(() => getByRole('button', { name: 'Model: Claude-Sonnet-4.6, ≈ 160 points a turn, ≈ 800 left' }))
  type('Something long', getByRole('textbox', { name: 'Message' }))
  await waitFor(() => expect(document.querySelector('.composer [data-points="900"]')).toBeTruthy())
  expect(getByRole('button', { name: /^Model: / }).getAttribute('aria-label')).toContain('≈ 160 points')
})

test('rows that nobody sees are not drawn, and keys reach them all the same', async () => {
  const many = Array.from({ length: 120 }, (_, n) => model(`m-${n}`, `M-${n}`, 'Many'))
  location.hash = '#models'
  const { getByRole } = await open({}, { models: () => ({ models: many, fetchedAt: 1, card: null }) })
  const search = await waitFor(() => getByRole('searchbox', { name: 'Search models' }))
  await waitFor(() => expect(rows().length).toBeGreaterThan(10))
  expect(rows().length).toBeLessThan(100)
  press('ArrowDown', search)
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Chat with M-0'))
  press('End')
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Chat with M-119'))
  type('m 7', search)
  await waitFor(() => expect(rows().length).toBeLessThan(100))
})
