// The Usage view: what it adds up to, which rows it asks for, which replies it takes, and what the keys do in it.
import axe from 'axe-core'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { LedgerView, UsageFilter, UsageRowView, UsageView } from '../../ui/src/ipc'
import { count, dayOf } from '../../ui/src/format'
import { SampleLedger } from './ledger'
import { account, action, card, ledger as ledgerView, usageRow, usedOver } from './samples'
import { open, press, settle, waitFor } from './window'

const DAY = 86_400_000
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
const text = (selector: string) => document.querySelector(selector)?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
const rows = () => all('tr[data-place]').filter((row) => row.getAttribute('aria-busy') === null)
const bars = () => all('.hits button')
const number = (told: string) => Number(told.replace(/[^\d-]/g, ''))

beforeEach(() => {
  location.hash = '#usage'
})
afterEach(() => void vi.restoreAllMocks())

async function show(history: SampleLedger | UsageRowView[], more: Parameters<typeof open>[1] = {}, boot: Parameters<typeof open>[0] = {}) {
  const sample = history instanceof SampleLedger ? history : new SampleLedger(history)
  const it = await open(boot, { ...sample.answers(), ...more })
  await waitFor(() => {
    settle()
    expect(rows().length).toBeGreaterThan(0)
  })
  return { ...it, sample }
}
const chip = (name: string) => all('label').find((label) => label.textContent === name)?.querySelector('input')
async function pick(name: string) {
  chip(name)?.click()
  settle()
  await rest()
}
async function rest() {
  for (let n = 0; n < 6; n++) {
    await new Promise((resolve) => setTimeout(resolve, 2))
    settle()
  }
}

test('chart, table, tiles and rows come to the same', async () => {
  const history = usedOver(40)
  const undated = usageRow(9_000, { at: null, points: 77 })
  const { getByRole, sample } = await show([...history, undated])
  await pick('All')
  const total = history.reduce((sum, row) => sum + (row.points ?? 0), 77)
  expect(number(text('.sum b'))).toBe(total)
  getByRole('button', { name: 'Show as table' }).click()
  settle()
  const cells = (row: HTMLElement) => [...row.querySelectorAll('td')].map((cell) => number(cell.textContent ?? ''))
  const table = all('[role="region"] tbody tr').filter((row) => row.querySelectorAll('td').length > 2).map(cells)
  const sums = cells(all('tfoot tr')[0]!)
  expect(sums.at(-1)).toBe(total)
  for (const row of [...table, sums]) expect(row.slice(0, -1).reduce((a, b) => a + b)).toBe(row.at(-1))
  expect(table.reduce((sum, row) => sum + (row.at(-1) ?? 0), 0)).toBe(total)
  // The bars tell the same, but for what has no date, which is said below them.
  const told = bars().map((bar) => number(/: ([\d,]+) point/.exec(bar.getAttribute('aria-label') ?? '')?.[1] ?? ''))
  expect(told.reduce((a, b) => a + b)).toBe(total - 77)
  expect(document.body.textContent).toContain('77 points without a date aren’t in the chart.')
  const today = sample.through({ from: dayOf(Date.now()), to: null, model: null, kind: null, source: null, here: null, conversation: null, preset: null })
  expect(number(all('.tiles .big')[0]?.firstChild?.textContent ?? '')).toBe(today.reduce((sum, row) => sum + (row.points ?? 0), 0))
})

test('the parts of a bar are as tall as their points', async () => {
  const { barsOf } = await import('../../ui/src/parts/usage/bars')
  const { plotOf } = await import('../../ui/src/parts/usage/plot')
  const view = new SampleLedger(usedOver(30)).view({ from: dayOf(Date.now()) - 29, to: null, model: null, kind: null, source: null, here: null, conversation: null, preset: null }, 'model')
  const { bars } = barsOf(view.days, view.today - 29, view.today)
  const plot = plotOf(bars, view.series.length, 900, 1_000, 60)
  const top = plot.lines.at(-1)!
  const perPoint = (plot.ground - top.y) / top.value
  const large = plot.parts.filter(({ height }) => height > 2)
  expect(large.length).toBeGreaterThan(30)
  for (const { series, x, height } of large) {
    const bar = bars[Math.floor(x / (900 / 30))]!
    expect(height + 1.5).toBeCloseTo((bar.points[series] ?? 0) * perPoint, 5)
  }
})

/** What the window runs, from one file of it, as Vite puts it together. */
async function bundled(file: string): Promise<string> {
  const { createRequire } = await import('node:module')
  const rolldown: { build(options: object): Promise<{ output: { code: string }[] }> } = await import(/* @vite-ignore */ createRequire(`${process.cwd()}/package.json`).resolve('rolldown'))
  const { output } = await rolldown.build({ input: file, write: false, output: { format: 'iife', name: 'plot' } })
  return output[0]?.code ?? ''
}

test('the plot is drawn where prototypes are frozen, as they are in the real window', async () => {
  const { runInNewContext } = await import('node:vm')
  const code = await bundled('src/parts/usage/plot.ts')
  const bar = { from: 1, to: 1, spent: { points: 3, rows: 1, unclear: 0 }, points: [1, 2] }
  const drawn: unknown[] = runInNewContext(`'use strict'; Object.freeze(Object.prototype); ${code}; plot.plotOf([${JSON.stringify(bar)}], 2, 100, 100, 60).parts`)
  expect(drawn.length).toBe(2)
})

test('a long span is shown by weeks and then by months, each the sum of its days', async () => {
  const { barsOf } = await import('../../ui/src/parts/usage/bars')
  const today = dayOf(Date.UTC(2026, 10, 22, 12))
  const days = (many: number) => Array.from({ length: many }, (_, n) => ({ day: today - n, spent: { points: n, rows: 1, unclear: 0 }, points: [n] })).reverse()
  for (const [many, unit] of [[120, 'day'], [121, 'week'], [731, 'week'], [732, 'month']] as const) {
    const told = barsOf(days(many), null, today)
    expect(told.unit, `${many} days`).toBe(unit)
    expect(told.bars[0]?.from).toBe(today - many + 1)
    expect(told.bars.at(-1)?.to).toBe(today)
    told.bars.slice(1).forEach((bar, n) => expect(bar.from).toBe((told.bars[n]?.to ?? 0) + 1))
    expect(told.bars.reduce((sum, bar) => sum + bar.spent.points, 0)).toBe((many * (many - 1)) / 2)
    expect(told.bars.reduce((sum, bar) => sum + (bar.points[0] ?? 0), 0)).toBe((many * (many - 1)) / 2)
  }
  expect(barsOf([], null, today).bars.length).toBe(1)
  expect(barsOf([], today - 6, today).bars.length).toBe(7)
})

test('a color stays with its name while others come and go', async () => {
  const { colorOf, colorsOf, OTHERS } = await import('../../ui/src/parts/usage/colors')
  const first = colorsOf(new Map(), ['a', 'b', 'c', 'd', 'e', null])
  expect(['a', 'b', 'c', 'd', 'e', null].map((name) => colorOf(first, name))).toEqual([1, 2, 3, 4, 5, OTHERS])
  const second = colorsOf(first, ['c', 'f', 'a', null])
  expect([colorOf(second, 'c'), colorOf(second, 'a')]).toEqual([3, 1])
  expect([1, 3, OTHERS]).not.toContain(colorOf(second, 'f'))
  const third = colorsOf(second, ['d', 'c', 'f', 'a', 'g'])
  expect(new Set(['d', 'c', 'f', 'a', 'g'].map((name) => colorOf(third, name))).size).toBe(5)
})

test('a reply to an earlier question is thrown away', async () => {
  const { fake, getByRole, sample } = await show(usedOver(20))
  const late: (() => void)[] = []
  fake.answer('usage_view', ({ filter, by }) => {
    const answer = sample.view(filter as UsageFilter, by as 'model')
    return (filter as UsageFilter).here === true ? new Promise((resolve) => late.push(() => resolve(answer))) : answer
  })
  chip('This app')?.click()
  settle()
  await pick('Outside this app')
  const shown = text('.sum b')
  expect(number(shown)).toBe(sample.through({ from: null, to: null, model: null, kind: null, source: null, here: false, conversation: null, preset: null }).reduce((sum, row) => sum + (row.points ?? 0), 0))
  late.forEach((answer) => answer())
  await rest()
  expect(text('.sum b')).toBe(shown)
  const model = getByRole('combobox', { name: 'Model' }) as HTMLSelectElement
  expect(model.options.length).toBeGreaterThan(5)
})

test('of 100,000 rows only the pages in sight are asked for, and few are drawn', async () => {
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800)
  const many = 100_000
  const row = (n: number) => usageRow(n, { at: Date.now() - Math.floor(n / 1000) * DAY })
  const today = dayOf(Date.now())
  const days = Array.from({ length: 100 }, (_, n) => ({ day: today - 99 + n, spent: { points: 1_000, rows: 1_000, unclear: 0 }, points: [1_000] }))
  const base = new SampleLedger([row(0)]).view({ from: null, to: null, model: null, kind: null, source: null, here: null, conversation: null, preset: null }, 'model')
  const view: UsageView = { ...base, days, series: ['Claude-Sonnet-4.6'], total: { points: many, rows: many, unclear: 0 } }
  const { fake } = await show([], {
    usage_view: () => view,
    usage_rows: ({ offset, limit }) => ({ offset: offset as number, total: many, rows: Array.from({ length: limit as number }, (_, n) => row((offset as number) + n)) }),
  })
  const asked = () => fake.called('usage_rows').map(({ offset }) => offset as number)
  expect([...new Set(asked())]).toEqual([0])
  expect(document.querySelector('table[aria-rowcount]')?.getAttribute('aria-rowcount')).toBe(String(many + 100 + 1))
  const page = document.querySelector<HTMLElement>('.page')!
  page.scrollTop = 50_000 * 34
  page.dispatchEvent(new Event('scroll'))
  await rest()
  await waitFor(() => expect(rows().length).toBeGreaterThan(20))
  expect(all('tr[data-place]').length).toBeLessThan(60)
  const new_ = asked().slice(1)
  expect(new_.length).toBeLessThanOrEqual(2)
  for (const offset of new_) expect(Math.abs(offset - 49_950)).toBeLessThan(200)
  // What stands in for the others is as tall as they are.
  const gaps = all('tr.gap').reduce((sum, gap) => sum + Number.parseFloat(gap.style.height), 0)
  expect(gaps + (all('tr[data-place]').length + all('tr.day').length) * 34).toBe((many + 100) * 34)
})

test('each day’s head stands above its rows, with what it came to; those without a date come last, or first', async () => {
  const history = [...usedOver(6), usageRow(8_000, { at: null, points: 5 }), usageRow(8_001, { at: null, points: 6 })]
  const { getByRole } = await show(history)
  await pick('All')
  const check = async (reversed: boolean) => {
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(20_000)
    window.dispatchEvent(new Event('resize'))
    await rest()
    const days = [...new Set(history.map((row) => row.day))].sort((a, b) => (reversed ? a - b : b - a))
    const heads = all('tr.day')
    expect(heads.length).toBe(days.length)
    heads.forEach((head, n) => {
      const own = history.filter((row) => row.day === days[n])
      expect(number(head.querySelector('.num')?.firstChild?.textContent ?? '')).toBe(own.reduce((sum, row) => sum + (row.points ?? 0), 0))
      const next = heads[n + 1]
      const between = all('tbody tr').filter((row) => row.dataset.place !== undefined && (head.compareDocumentPosition(row) & 4) !== 0 && (!next || (next.compareDocumentPosition(row) & 2) !== 0))
      expect(between.length, `rows of day ${n}`).toBe(own.length)
      expect(Number(head.getAttribute('aria-rowindex')) + 1).toBe(Number(between[0]?.getAttribute('aria-rowindex')))
    })
    expect(heads.at(reversed ? 0 : -1)?.textContent).toContain('No date')
  }
  await check(false)
  getByRole('button', { name: /^Time/ }).click()
  await rest()
  expect(getByRole('columnheader', { name: /^Time/ }).getAttribute('aria-sort')).toBe('ascending')
  await check(true)
  getByRole('button', { name: /^Points/ }).click()
  await rest()
  expect(all('tr.day')).toEqual([])
  expect(rows().map((row) => number(row.lastElementChild?.textContent ?? '')).slice(0, 2)).toEqual([1200, 1200])
})

test('a bar, pressed, lists its day alone, and again lists all; Esc does so too', async () => {
  const { fake } = await show(usedOver(10))
  const last = () => fake.called('usage_rows').at(-1)?.filter as UsageFilter
  const today = dayOf(Date.now())
  const bar = bars().at(-2)!
  bar.focus()
  bar.click()
  await rest()
  expect([last().from, last().to]).toEqual([today - 1, today - 1])
  expect(bars().at(-2)?.getAttribute('aria-pressed')).toBe('true')
  expect(all('tr.day').length).toBe(1)
  expect(text('[role="status"]')).toMatch(/: |, \d+ answers/)
  bars().at(-2)?.click()
  await rest()
  expect([last().from, last().to]).toEqual([today - 29, null])
  bars().at(-2)?.click()
  await rest()
  press('Escape', bars().at(-2))
  await rest()
  expect(last().to).toBeNull()
  expect(bars().every((bar) => bar.getAttribute('aria-pressed') === 'false')).toBe(true)
})

test('the arrow keys go over the bars, and each tells its day, points and parts', async () => {
  await show(usedOver(10))
  const reach = all('.hits [tabindex="0"]')
  expect(reach).toEqual([bars().at(-1)])
  reach[0]?.focus()
  press('ArrowLeft')
  expect(document.activeElement).toBe(bars().at(-2))
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^\w+, \w+ \d+: [\d,]+ points?, \d+ answers?(; [^;]+ -?[\d,]+)+$/)
  expect(text('.tip b')).toBe(/: ([\d,]+) point/.exec(document.activeElement?.getAttribute('aria-label') ?? '')?.[1])
  press('Home')
  expect(document.activeElement).toBe(bars()[0])
  press('ArrowLeft')
  expect(document.activeElement).toBe(bars()[0])
  press('End')
  expect(document.activeElement).toBe(bars().at(-1))
  ;(document.activeElement as HTMLElement).blur()
  settle()
  expect(document.querySelector('.tip')).toBeNull()
})

test('in the rows the keys move, pass over the heads of days, and open a row with its parts', async () => {
  const history = usedOver(4)
  const { fake, getByRole } = await show(history)
  const at = () => Number(document.activeElement?.closest('tr')?.dataset.place)
  const key = async (name: string) => {
    press(name)
    await rest()
    return at()
  }
  document.querySelector<HTMLElement>('tbody .open')?.focus()
  expect(at()).toBe(1)
  expect(await key('ArrowDown')).toBeGreaterThan(1)
  expect(await key('End')).toBe(history.length + new Set(history.map(({ day }) => day)).size - 1)
  expect(await key('Home')).toBe(1)
  expect(all('tbody tr .open[tabindex="0"]').length).toBe(1)
  const newest = [...history].sort((a, b) => (b.at ?? 0) - (a.at ?? 0))[0]!
  ;(document.activeElement as HTMLElement).click()
  settle()
  expect(document.activeElement?.getAttribute('aria-expanded')).toBe('true')
  expect(text('.details')).toContain('Points')
  getByRole('button', { name: 'Copy breakdown' }).click()
  await waitFor(() => expect(fake.called('copy_text').at(-1)?.text).toContain(`Points: ${count(newest.points)}`))
  expect(fake.called('copy_text').at(-1)?.text).toContain(newest.model)
  press('Escape')
  await rest()
  expect(document.querySelector('.details')).toBeNull()
})

test('new rows come in above without moving the one that is looked at', async () => {
  const history = usedOver(5)
  const { fake, sample } = await show(history)
  document.querySelector<HTMLElement>('tbody .open')?.focus()
  press('ArrowDown')
  press('ArrowDown')
  await rest()
  const name = () => document.activeElement?.getAttribute('aria-label')
  const before = name()
  expect(before).toContain('Details of')
  document.querySelector<HTMLElement>('.page')!.scrollTop = 68
  sample.all = [usageRow(7_001, { at: Date.now(), points: 3 }), usageRow(7_002, { at: Date.now(), points: 4 }), ...sample.all]
  fake.emit('ledger', ledgerView({ revision: 2 }))
  await rest()
  await waitFor(() => expect(name()).toBe(before))
  expect(document.querySelector<HTMLElement>('.page')!.scrollTop).toBe(68 + 2 * 34)
  const asked = fake.called('usage_view').length
  fake.emit('ledger', ledgerView({ revision: 2, reading: 12 }))
  await rest()
  expect(fake.called('usage_view').length).toBe(asked)
  expect(text('.status')).toContain('Reading… 12 rows')
})

test('filters narrow all of it, tell what they come to, and clear', async () => {
  const { fake, getByRole, queryByRole, sample } = await show(usedOver(20))
  const select = getByRole('combobox', { name: 'Model' }) as HTMLSelectElement
  const nameless = [...select.options].find((option) => option.textContent?.startsWith('No name'))
  expect(nameless).toBeTruthy()
  select.value = nameless!.value
  select.dispatchEvent(new Event('change', { bubbles: true }))
  await rest()
  expect((fake.called('usage_view').at(-1)?.filter as UsageFilter).model).toBe('')
  const points = sample.all.filter(({ model }) => model === '').reduce((sum, row) => sum + (row.points ?? 0), 0)
  expect(number(text('.sum b'))).toBe(points)
  expect(text('[role="status"]')).toContain(`${count(points)} point`)
  getByRole('button', { name: 'Clear filters' }).click()
  await rest()
  expect((fake.called('usage_view').at(-1)?.filter as UsageFilter).model).toBeNull()
  expect(queryByRole('button', { name: 'Clear filters' })).toBeNull()
  expect(document.activeElement).toBe(select)
})

test('an export is of the rows that are listed, and says so once it is saved', async () => {
  const { fake, getByRole } = await show(usedOver(5))
  await pick('7 days')
  getByRole('button', { name: 'Export' }).click()
  settle()
  await rest()
  getByRole('menuitem', { name: 'CSV, for spreadsheets' }).click()
  await rest()
  const filter = { from: dayOf(Date.now()) - 6, to: null, model: null, kind: null, source: null, here: null, conversation: null, preset: null }
  expect(fake.called('export_usage')).toEqual([{ filter, order: 'newest', format: 'csv' }])
  await waitFor(() => expect(text('[role="status"]')).toBe('Usage exported'))
})

test('offline, the old figures stay under the card, grayed and dated, and Refresh reads again', async () => {
  const offline = card('offline', 'You’re offline', { actions: [action('retry', 'Try again')] })
  const failed = (): LedgerView => ledgerView({ card: offline, readAt: Date.now() - 7_200_000 })
  const { fake, getByRole } = await show(usedOver(5), { ledger: failed, read_usage: failed })
  await waitFor(() => expect(document.querySelector('[data-code="offline"]')).toBeTruthy())
  // Nobody asked for it.
  expect(all('[role="alert"]')).toEqual([])
  expect(all('.tiles .big').every((figure) => figure.classList.contains('stale'))).toBe(true)
  expect(text('.status')).toContain('as of 2 h ago')
  expect(text('.status')).not.toContain('to now')
  const before = fake.called('read_usage').length
  getByRole('button', { name: 'Refresh' }).click()
  await rest()
  expect(fake.called('read_usage').length).toBe(before + 1)
  expect(all('[role="alert"][data-code="offline"]').length).toBe(1)
  fake.answer('read_usage', () => ledgerView({ revision: 2 }))
  getByRole('button', { name: 'Refresh' }).click()
  await rest()
  expect(document.querySelector('[data-code="offline"]')).toBeNull()
  expect(all('.tiles .stale')).toEqual([])
})

test('a gap is named where rows may be missing', async () => {
  const at = (day: number) => new Date(new Date().getFullYear(), 0, day, 12).getTime()
  const spans = [{ from: at(1), to: at(3) }, { from: at(5), to: at(7) }, { from: at(9), to: Date.now() }]
  await show(usedOver(3), { ledger: () => ledgerView({ spans }), read_usage: () => ledgerView({ spans }) })
  expect(text('.status').replace(/\u202f/g, ' ')).toBe('Rows may be missing from Jan 7, 12:00 PM to Jan 9, 12:00 PM and in 1 earlier span')
})

test('what is used outside this app is told apart, and a burst of it leads to the keys', async () => {
  const burst = { until: Date.now() - 60_000, points: 12_400, rows: 31, source: 'Laptop' }
  const { getByRole, queryByText } = await show(new SampleLedger([usageRow(1), usageRow(3)]), { ledger: () => ledgerView({ burst }), read_usage: () => ledgerView({ burst }) })
  await rest()
  expect(rows()[0]?.textContent).toContain('Chat · outside this app')
  expect(rows()[1]?.textContent).not.toContain('outside')
  expect(text('.burst p')).toContain('In the last hour 12,400 points were used with the key “Laptop”, not by this app.')
  expect(getByRole('link', { name: 'Review your keys' }).getAttribute('href')).toBe('https://poe.com/api/keys')
  getByRole('button', { name: 'Hide' }).click()
  settle()
  expect(queryByText(/12,400/)).toBeNull()
})

test('from a chat it is what that chat cost, over all days', async () => {
  location.hash = '#usage/3'
  const sample = usedOver(120)
  const { getByRole } = await show(sample)
  const unfiltered = { from: null, to: null, model: null, kind: null, source: null, here: null, conversation: null, preset: null }
  const ofChat = sample.filter((row) => row.conversation === 3)
  expect(ofChat.length).toBeGreaterThan(3)
  expect(number(text('.sum b'))).toBe(ofChat.reduce((sum, row) => sum + (row.points ?? 0), 0))
  expect(text('.filters .chat')).toContain('Chat: ')
  // Those panels know days alone.
  expect(all('.panels > *').length).toBe(1)
  getByRole('button', { name: 'Clear filters' }).click()
  await rest()
  expect(all('.panels > *').length).toBe(3)
  expect(number(text('.sum b'))).toBe(new SampleLedger(sample).through(unfiltered).reduce((sum, row) => sum + (row.points ?? 0), 0))
})

test('the dearest answers and the chats are a press away, and so is a row’s', async () => {
  await show(usedOver(10))
  expect(all('.panels a').map((link) => link.getAttribute('href')).every((href) => /^#chat\/[1-5]$/.test(href ?? ''))).toBe(true)
  expect(all('.panels a').length).toBeGreaterThan(6)
  expect(all('tbody td a').length).toBeGreaterThan(2)
})

test('what cannot be read is a dash, and what cannot be told apart says so', async () => {
  await show([usageRow(2, { points: null, unclear: -30 }), usageRow(3, { points: 0 }), usageRow(4, { points: null, at: null })])
  await pick('All')
  const cells = rows().map((row) => [row.firstElementChild, row.lastElementChild].map((cell) => cell?.textContent?.trim()))
  expect(cells[0]?.[1]).toBe('-30?, Poe lists this with the opposite sign of your other calls. It isn’t counted.')
  expect(cells[1]?.[1]).toBe('0')
  expect(cells[2]).toEqual(['—', '—'])
  expect(text('.sum')).toContain('2 rows unclear and not counted')
})

test('amounts without measure and days far off break nothing', async () => {
  const odd = [usageRow(1, { points: 1_000_000_000 }), usageRow(2, { points: -500 }), usageRow(3, { at: Date.UTC(1971, 1, 1), model: '' }), usageRow(5, { at: Date.now() + 3 * DAY })]
  await show(odd)
  await pick('All')
  expect(text('.axis')).toContain('1B')
  const drawn = all('.plot path, .plot line').flatMap((part) => [...part.attributes].map(({ value }) => value))
  expect(drawn.length).toBeGreaterThan(10)
  expect(drawn.filter((value) => /NaN|undefined|Infinity/.test(value))).toEqual([])
  expect(text('.chart + *')).not.toContain('NaN')
})

test('without usage it says so, and where older days have some it leads there', async () => {
  const old = usageRow(1, { at: Date.now() - 50 * DAY })
  const { fake, getByRole, findByRole } = await open({}, new SampleLedger([old]).answers())
  await findByRole('heading', { name: 'No usage in the last 30 days' })
  expect((getByRole('button', { name: 'Export' }) as HTMLButtonElement).disabled).toBe(true)
  getByRole('button', { name: 'Show all days' }).click()
  await waitFor(() => {
    settle()
    expect(rows().length).toBe(1)
  })
  expect((fake.called('usage_view').at(-1)?.filter as UsageFilter).from).toBeNull()
})

test('another account begins anew', async () => {
  const { fake } = await show(usedOver(10))
  await pick('This app')
  fake.answer('usage_view', ({ filter, by }) => new SampleLedger([usageRow(3, { points: 9 })]).view(filter as UsageFilter, by as 'model'))
  fake.emit('account', account({ demo: true }))
  await rest()
  expect((fake.called('usage_view').at(-1)?.filter as UsageFilter).here).toBeNull()
  expect(number(text('.sum b'))).toBe(9)
  expect(text('.status')).toContain('Simulated history')
})

test('no rule of accessibility is broken, with the table and a row open', async () => {
  const { getByRole } = await show(usedOver(8))
  getByRole('button', { name: 'Show as table' }).click()
  document.querySelector<HTMLElement>('tbody .open')?.click()
  await rest()
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`)).toEqual([])
}, 60_000)
