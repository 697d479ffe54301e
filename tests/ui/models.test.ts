// The list of models and the picker: found, ordered, narrowed down, and worked with the keyboard; and what new chats ask.
import { expect, test } from 'vitest'
import axe from 'axe-core'
import { drawn, inSight, ledTo, placeAt, slotsOf, topOf } from '../../ui/src/parts/rows'
import { byDefault, type Filter, narrowed, nextSort, type Order, sorted } from '../../ui/src/state/catalog'
import { action, card, conversation, messageCost, model, models, modelsView, settings, turnPrices } from './samples'
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

const prices = { points: { a10: 12, a9: 11, given: 0 }, usd: { draw: '0.04', 'draw-2': '0.01' } }

test.each<[Order, string]>([
  [null, 'bot a10 a9 draw draw-2 given'],
  ['listed', 'bot a10 a9 draw draw-2 given'],
  [{ column: 'name', isDown: false }, 'a9 a10 bot draw draw-2 given'],
  [{ column: 'name', isDown: true }, 'given draw-2 draw bot a10 a9'],
  [{ column: 'maker', isDown: false }, 'a9 draw draw-2 a10 bot given'],
  [{ column: 'context', isDown: true }, 'a9 a10 bot draw draw-2 given'],
  [{ column: 'context', isDown: false }, 'a10 a9 bot draw draw-2 given'],
  [{ column: 'turn', isDown: false }, 'given draw-2 draw a9 a10 bot'],
  [{ column: 'turn', isDown: true }, 'a10 a9 draw draw-2 given bot'],
])('sorted by %o, what is not known comes last', (order, expected) => {
  expect(ids(sorted(few, order, prices))).toBe(expected)
})

test('a head turns the order around, and then gives it up', () => {
  const first = nextSort(null, 'context')
  expect(first).toEqual({ column: 'context', isDown: true })
  const second = nextSort(first, 'context')
  expect(second).toEqual({ column: 'context', isDown: false })
  expect(nextSort(second, 'context')).toBeNull()
  expect(nextSort(second, 'turn')).toEqual({ column: 'turn', isDown: false })
  expect(nextSort('listed', 'turn')).toEqual({ column: 'turn', isDown: false })
})

test.each<[Filter[], string]>([
  [[], 'bot a10 a9 draw draw-2 given'],
  [['image'], 'draw draw-2'],
  [['text', 'video'], 'bot a10 a9 draw-2 given'],
  [['seesImages'], 'bot a9 draw given'],
  [['tools', 'seesImages'], 'bot a9'],
  [['video', 'tools'], ''],
  [['webSearch'], ''],
  [['favorites'], 'a9 draw'],
  [['favorites', 'recent'], 'draw'],
  [['freeSoFar'], 'given'],
])('filters %o: any of the outputs, and all of the rest', (filters, expected) => {
  const shelf = { favorites: new Set(['a9', 'draw']), recent: new Set(['draw', 'bot']) }
  expect(ids(narrowed(few, new Set(filters), shelf))).toBe(expected)
})

const plain = { count: 2_000, height: 34, open: null }
const opened = { ...plain, open: { place: 10, more: 100 } }

test.each([
  [plain, 0, 600, null, 0, 24],
  [plain, 34_000, 34_600, null, 992, 1024],
  [plain, -900, -300, null, 0, 8],
  [plain, 1e9, 1e9, null, 1992, 1999],
  [plain, 34_000, 34_600, 3, 992, 1024],
  [opened, 34_100, 34_700, 1_900, 992, 1024],
  [{ ...plain, count: 3 }, -50, 600, null, 0, 2],
])('of %o only what is in sight at %d is drawn, and what the keys have reached', (rows, top, bottom, reached, first, last) => {
  expect(inSight(rows, top, bottom)).toEqual([first, last])
  const all = drawn(rows, first, last, reached)
  const places = all.rows.map(({ place }) => place)
  expect(places).toEqual([...new Set([...places])].sort((a, b) => a - b))
  expect(places.length).toBe(last - first + 1 + (reached === null || (reached >= first && reached <= last) ? 0 : 1))
  // What is drawn and what stands in for the rest is as tall as all of them.
  const gaps = all.rows.reduce((sum, { gap }) => sum + gap, 0)
  expect(gaps + all.rest + places.length * rows.height).toBe(topOf(rows, rows.count) - (places.includes(10) ? (rows.open?.more ?? 0) : 0))
})

test('places and pixels, and keys of a list', () => {
  expect([placeAt(opened, 340), placeAt(opened, 380), placeAt(opened, 474)]).toEqual([10, 10, 11])
  const key = (key: string, more = {}) => ledTo(new KeyboardEvent('keydown', { key, ...more }), 5, 100, 8)
  expect(['ArrowDown', 'ArrowUp', 'PageDown', 'PageUp', 'Home', 'End', 'x'].map((name) => key(name))).toEqual([6, 4, 13, 0, 0, 99, null])
  expect(key('Home', { ctrlKey: true })).toBeNull()
})

test.each([
  ['the first', {}, ['a', 'b', 'c'], [0, 1, 2]],
  ['one comes in first, and the last goes', { a: 0, b: 1, c: 2 }, ['x', 'a', 'b'], [2, 0, 1]],
  ['in another order', { a: 0, b: 1, c: 2 }, ['c', 'a', 'b'], [2, 0, 1]],
  ['all others', { a: 0, b: 1, c: 2 }, ['x', 'y', 'z'], [0, 1, 2]],
  ['fewer, and more again', { b: 1 }, ['x', 'b', 'y', 'z'], [0, 1, 2, 3]],
  ['the same name twice', { a: 0 }, ['a', 'a', 'b'], [0, 1, 2]],
])('which row shows what: %s', (_, before, ids, slots) => {
  expect(slotsOf(new Map(Object.entries(before)), ids)).toEqual(slots)
})

const rows = () => [...document.querySelectorAll<HTMLElement>('tr[data-model]')].map((row) => row.dataset.model)

async function openList(...args: Parameters<typeof open>) {
  location.hash = '#models'
  const it = await open(...args)
  const search = await waitFor(() => it.getByRole('searchbox', { name: 'Search models' }))
  await waitFor(() => expect(rows().length).toBe(models.length))
  return { ...it, search }
}

test('in the list, Enter in the search chats with the first hit', async () => {
  const { search, getByRole } = await openList()
  press('Enter', search)
  expect(location.hash, 'nothing was looked for').toBe('#models')
  type('gemni flash', search)
  await waitFor(() => expect(rows()).toEqual(['gemini-3-flash']))
  press('Enter', search)
  await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
})

test('a press on a row opens its page, from where its chat is a press away', async () => {
  const { getByRole } = await openList()
  document.querySelector<HTMLElement>('tr[data-model="kimi-k2-thinking"] td.turn')?.click()
  await waitFor(() => getByRole('heading', { name: 'Kimi-K2-Thinking' }))
  expect(location.hash).toBe('#models/kimi-k2-thinking')
  getByRole('button', { name: 'Chat with Kimi-K2-Thinking' }).click()
  await waitFor(() => getByRole('button', { name: /^Model: Kimi-K2-Thinking/ }))
})

/** The row that has the cursor. */
const at = () => document.activeElement?.closest<HTMLElement>('tr')?.dataset.model

test('arrows go along the rows, and Up from the first back to the search', async () => {
  const { search, getByRole } = await openList()
  type('claude', search)
  await waitFor(() => expect(rows().length).toBe(3))
  press('ArrowDown', search)
  await waitFor(() => expect(at()).toBe('claude-sonnet-4.6'))
  press('End')
  await waitFor(() => expect(at()).toBe('claude-opus-4.6'))
  press('ArrowUp')
  await waitFor(() => expect(at()).toBe('claude-haiku-4.5'))
  const stops = [...document.querySelectorAll<HTMLElement>('tbody [tabindex="0"]')].map((each) => each.closest('tr')?.dataset.model)
  expect(new Set(stops), 'Tab goes on through one row').toEqual(new Set(['claude-haiku-4.5']))
  press('Home')
  await waitFor(() => expect(at()).toBe('claude-sonnet-4.6'))
  press('ArrowUp')
  expect(document.activeElement).toBe(search)
  press('Escape', search)
  await waitFor(() => expect(rows().length).toBe(models.length))
  press('ArrowDown', search)
  await waitFor(() => expect(at(), 'the most affordable').toBe('gemini-3-flash'))
  getByRole('button', { name: 'Chat with Gemini-3-Flash' }).click()
  await waitFor(() => getByRole('button', { name: /^Model: Gemini-3-Flash/ }))
})

test('what is only near is shown under its line, and Enter does not take it', async () => {
  const { search } = await openList()
  type('claude-opus-4.9', search)
  await waitFor(() => expect(document.querySelector('.near')?.textContent).toBe('No model matches “claude-opus-4.9”. Did you mean:'))
  expect(rows()[0]).toBe('claude-opus-4.6')
  press('Enter', search)
  expect(location.hash).toBe('#models')
  await waitFor(() => expect(at()).toBe('claude-opus-4.6'))
  type('free', search)
  await waitFor(() => expect(document.querySelector('.near')?.textContent).toBe('No model is known to be free. Cheapest by list price:'))
  expect(rows()[0]).toBe('gemini-3-flash')
})

const cell = (id: string, css: string) => document.querySelector(`tr[data-model="${id}"] ${css}`)?.textContent?.trim()

test('the most affordable stand first, with what a turn costs and how many are left', async () => {
  const { getByRole } = await openList()
  await waitFor(() => expect(rows().slice(0, 3)).toEqual(['gemini-3-flash', 'claude-haiku-4.5', 'gpt-5.4-mini']))
  expect(rows().at(-1), 'nobody knows what it costs').toBe('some-community-bot')
  expect([cell('gemini-3-flash', '.turn'), cell('gemini-3-flash', '.left')]).toEqual(['14 points', '9,100'])
  expect(cell('veo-3.1', '.left')).toBe('3')
  expect(cell('some-community-bot', '.turn')).toMatch(/^—\s*no list price$/)
  expect(cell('some-community-bot', '.name')).toContain('third party')
  expect(getByRole('button', { name: /^A typical turn/ }).title).toBe('Assumed: about 254 tokens in, 700 out. Your own first answers replace this.')
  const sort = getByRole('combobox', { name: 'Sort' }) as HTMLSelectElement
  expect(sort.value, 'affordable first').toBe('turn')
  sort.value = 'listed'
  sort.dispatchEvent(new Event('change', { bubbles: true }))
  await waitFor(() => expect(rows()[0]).toBe('claude-sonnet-4.6'))
  getByRole('button', { name: /^Context/ }).click()
  await waitFor(() => expect(rows().slice(0, 3)).toEqual(['gemini-3-flash', 'gemini-3.1-pro', 'claude-sonnet-4.6']))
  await waitFor(() => expect(sort.value).toBe('context'))
})

test('as long as nobody knows what a point is worth, a turn is told in dollars', async () => {
  await openList({}, { turn_prices: () => turnPrices({ points: {}, usd: { 'claude-haiku-4.5': '0.0033' }, pointsADollar: null }) })
  await waitFor(() => expect(cell('claude-haiku-4.5', '.turn')).toBe('≈ $0.0033'))
  expect(rows()[0]).toBe('claude-haiku-4.5')
})

test('a list that comes while something else of the view changes is not lost, and none goes back to one before', async () => {
  const { fake } = await openList()
  const { models } = await import('../../ui/src/state/models.svelte')
  let tell = () => {}
  fake.answer('turn_prices', () => new Promise((done) => (tell = () => done(models.prices))))
  const other = { ...models.view, revision: models.view.revision + 2, models: models.view.models.slice(1) }
  const taken = models.take(other)
  models.view = { ...models.view, card: null }
  tell()
  await taken
  expect(models.view.models.length).toBe(other.models.length)
  const before = models.take({ ...other, revision: other.revision - 1, models: [...other.models].slice(2) })
  tell()
  await before
  expect(models.view.models.length).toBe(other.models.length)
})

test('favorites: a star on the row and on the page, kept in the settings, and a chip', async () => {
  const { getByRole, findByRole, fake } = await openList()
  ;(await findByRole('button', { name: 'Favorite: Claude-Opus-4.6' })).click()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { favorites: ['claude-opus-4.6'] } }]))
  await waitFor(() => expect(getByRole('button', { name: 'Favorite: Claude-Opus-4.6' }).getAttribute('aria-pressed')).toBe('true'))
  getByRole('button', { name: 'Favorites' }).click()
  await waitFor(() => expect(rows()).toEqual(['claude-opus-4.6']))
  document.querySelector<HTMLElement>('tr[data-model] .open')?.click()
  await waitFor(() => getByRole('heading', { name: 'Claude-Opus-4.6' }))
  getByRole('button', { name: 'Favorite: Claude-Opus-4.6' }).click()
  await waitFor(() => expect(fake.called('change_settings').at(-1)).toEqual({ change: { favorites: [] } }))
})

test('a model’s page: what it costs and takes, what was had of it, and back to its row', async () => {
  const { getByRole, findByText, fake, search } = await openList()
  type('claude', search)
  await waitFor(() => expect(rows().length).toBe(3))
  press('ArrowDown', search)
  await waitFor(() => expect(at()).toBe('claude-sonnet-4.6'))
  press('ArrowDown')
  await waitFor(() => expect(at()).toBe('claude-haiku-4.5'))
  ;(document.activeElement as HTMLElement).click()
  await waitFor(() => getByRole('heading', { name: 'Claude-Haiku-4.5' }))
  await findByText('A model for chat, coding and agents.')
  expect(fake.called('model_page')).toEqual([{ id: 'claude-haiku-4.5' }])
  const page = document.querySelector('article.model') as HTMLElement
  for (const told of ['≈ 26 points', 'about 4,900 left', '$0.80 per M tokens', '27 points per 1,000 tokens', '200,000 tokens', '0 to 2', 'low, high', '2,184', '2 h ago'])
    expect(page.textContent).toContain(told)
  expect(document.activeElement).toBe(getByRole('button', { name: 'Chat with Claude-Haiku-4.5' }))
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
  getByRole('button', { name: 'Make default' }).click()
  await waitFor(() => expect(fake.called('change_settings')).toEqual([{ change: { defaultModel: 'claude-haiku-4.5' } }]))
  await findByText('Default for new chats')
  press('Escape')
  await waitFor(() => expect(at()).toBe('claude-haiku-4.5'))
  expect((search as HTMLInputElement).value, 'the list is as it was').toBe('claude')
})

test('a page of what is not listed says so', async () => {
  location.hash = '#models/gone-1'
  const { findByText, getByRole } = await open({}, { model_page: () => null })
  await findByText('Poe doesn’t list “gone-1”.')
  getByRole('button', { name: 'Back to the list' }).click()
  await waitFor(() => expect(rows().length).toBe(models.length))
})

test('what changed is one line, which opens the list of it and is seen from then on', async () => {
  const price = (inputUsd: string, outputUsd: string) => ({ inputUsd, outputUsd, requestUsd: null })
  const changes = [
    { id: 'claude-haiku-4.5', name: 'Claude-Haiku-4.5', maker: 'Anthropic', kind: 'cheaper' as const, before: price('1', '5'), after: price('0.8', '4') },
    { id: 'veo-3.1', name: 'Veo-3.1', maker: 'Google', kind: 'new' as const, before: null, after: null },
    { id: 'old', name: 'Old', maker: 'Google', kind: 'gone' as const, before: price('1', '2'), after: null },
  ]
  const { getByRole, queryByRole, fake } = await openList({}, { models: () => modelsView({ changes, changesSince: Date.now() - 1000 }) })
  const line = await waitFor(() => getByRole('button', { name: /^1 cheaper, 1 new, 1 gone since / }))
  line.click()
  await waitFor(() => getByRole('heading', { name: 'What changed' }))
  expect(fake.called('changes_seen').length).toBe(1)
  const told = [...document.querySelectorAll('.changes li')].map((row) => row.textContent?.replace(/\s+/g, ' ').trim())
  expect(told).toEqual(['Claude-Haiku-4.5 $0.80 → $4.00, was $1.00 → $5.00', 'Veo-3.1 —', 'Old $1.00 → $2.00'])
  await waitFor(() => expect(queryByRole('button', { name: /since/ }), 'nothing is new any longer').toBeNull())
  getByRole('button', { name: 'Hide changes' }).click()
  await waitFor(() => expect(document.querySelector('.changes')).toBeNull())
})

const asks = () => card('invalid_input', 'Send to this bot?', { what: 'Some-Community-Bot is run by Novita AI and lists no price.', place: 'field', field: 'model', actions: [action('allow-bot', 'Send', { model: 'some-community-bot' }), action('choose-model', 'Choose another model')] })

test('a bot whose cost nobody can tell is asked after one question, and the message stays until then', async () => {
  const { getByRole, findByRole, queryByRole, fake } = await open({}, { send: () => { throw asks() } })
  const message = getByRole('textbox', { name: 'Message' }) as HTMLTextAreaElement
  type('Hello?', message)
  press('Enter', message)
  const dialog = await findByRole('alertdialog', { name: 'Send to this bot?' })
  expect(dialog.textContent).toContain('lists no price')
  dialog.querySelector<HTMLElement>('[data-action="cancel"]')?.click()
  await waitFor(() => expect(queryByRole('alertdialog')).toBeNull())
  expect([message.value, fake.called('accept_bot').length, fake.called('begin_conversation').length]).toEqual(['Hello?', 0, 1])

  press('Enter', message)
  const again = await findByRole('alertdialog')
  getByRole('checkbox', { name: 'Don’t ask again for bots of this maker' }).click()
  again.querySelector<HTMLElement>('[data-action="allow-bot"]')?.click()
  await waitFor(() => expect(fake.called('accept_bot')).toEqual([{ model: 'some-community-bot', allOfMaker: true }]))
  await waitFor(() => expect(fake.called('begin_conversation').length, 'what was pressed is done').toBe(3))
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

test('rows that nobody sees are not drawn, in either direction, and keys reach them all the same', async () => {
  const many = Array.from({ length: 2_000 }, (_, n) => model(`m-${n}`, `M-${n}`, 'Many'))
  location.hash = '#models'
  const { getByRole } = await open({}, { models: () => modelsView({ models: many }), turn_prices: () => turnPrices({ points: {} }) })
  const search = await waitFor(() => getByRole('searchbox', { name: 'Search models' }))
  await waitFor(() => expect(rows().length).toBeGreaterThan(10))
  expect(rows().length).toBeLessThan(100)
  press('ArrowDown', search)
  await waitFor(() => expect(at()).toBe('m-0'))
  press('End')
  await waitFor(() => expect(at()).toBe('m-1999'))
  expect(rows().length).toBeLessThan(100)
  expect(rows()).not.toContain('m-0')
  press('Home')
  await waitFor(() => expect(at()).toBe('m-0'))
  expect(rows()).not.toContain('m-1999')
  type('m 7', search)
  await waitFor(() => expect(rows().length).toBeLessThan(100))
})

test('the list has no fault that axe finds', async () => {
  await openList({ settings: settings({ favorites: ['veo-3.1'] }) })
  const found = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false } } })
  expect(found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
})
