// The Balance view: what it tells of the days behind and ahead, the levels that are moved and typed, and what is heard when one
// is crossed.
import axe from 'axe-core'
import { beforeEach, expect, test } from 'vitest'
import type { BalanceReport, SettingsChange } from '../../ui/src/ipc'
import { drawingOf, rounded, stepOf } from '../../ui/src/parts/balance/drawing'
import { balance, balanceReport, settings } from './samples'
import { open, press, settle, type, waitFor } from './window'

const text = (selector: string) => document.querySelector(selector)?.textContent?.trim().replace(/\s+/g, ' ') ?? ''
const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]

beforeEach(() => {
  location.hash = '#balance'
})

async function show(report: Partial<BalanceReport> = {}, levels: number[] = [5_000], points = 3_000) {
  const it = await open(
    { balance: balance({ points, planPoints: 1_000, addonPoints: points - 1_000 }), settings: settings({ levels }) },
    { balance_report: () => balanceReport(report) },
  )
  await waitFor(() => {
    settle()
    if (text('.tiles .figure') !== '40') throw new Error('not read yet')
  })
  const saved = () => it.fake.called('change_settings').map((args) => (args.change as SettingsChange).levels)
  return { ...it, saved }
}
const lines = () => all('[role="slider"][aria-label="Low-balance level"]')

test.each<[Partial<BalanceReport>, string, string]>([
  [{}, '30 days', '19 to 48 days at your pace'],
  [{ lasts: { low: 200, likely: 300, high: null } }, '300 days', '200 days or more at your pace'],
  [{ lasts: { low: 200, likely: null, high: null } }, 'More than a year', '200 days or more at your pace'],
  [{ lasts: { low: null, likely: null, high: null } }, 'More than a year', 'at your pace'],
  [{ lasts: { low: 0, likely: 0, high: 1 } }, 'Less than a day', '0 to 1 day at your pace'],
  [{ lasts: null, ahead: [], knownDays: 3 }, '—', 'Needs 4 more days of history'],
  [{ lasts: null, ahead: [], knownDays: 6 }, '—', 'Needs 1 more day of history'],
  [{ lasts: null, ahead: [], knownDays: 60, pace: 0 }, '—', 'Nothing was spent lately'],
  [{ grants: [{ day: 1, points: 9 }] }, '30 days', '19 to 48 days at your pace · next grant counted'],
])('%o lasts %s: %s', async (report, big, note) => {
  await show(report)
  expect([text('.lasts .figure'), text('.lasts .small.num')]).toEqual([big, note])
})

test('what was read is drawn solid, what is reckoned is not, and the line has no gap between them', () => {
  const drawing = drawingOf(balanceReport(), [5_000], 600, 200, 60)
  expect([drawing.reckoned.length, drawing.read.length]).toEqual([1, 1])
  const end = drawing.reckoned[0]?.split('L').at(-1)
  expect(drawing.read[0]).toContain(`M${end}L`)
  expect(drawing.most).toBeGreaterThanOrEqual(6_000)
  // Days without a reading that nothing is known of are left out.
  const { today } = balanceReport()
  const past = [today - 9, today - 8, today - 2, today].map((day) => ({ day, points: 10, reckoned: false }))
  expect(drawingOf(balanceReport({ past, ahead: [] }), [], 600, 200, 60).read.length).toBe(1)
})

test.each([
  [6_000, 100, 5_230, 5_200],
  [150_000, 2_000, 5_230, 6_000],
  [1_000_000, 10_000, 4, 10_000],
  [90, 1, 5.4, 5],
])('of %d one step is %d: %d is %d', (most, step, value, expected) => {
  expect(stepOf(most)).toBe(step)
  expect(rounded(value, most)).toBe(expected)
})

test('a level is moved by keys and saved when it is left', async () => {
  const { saved } = await show({}, [5_050])
  const [line] = lines()
  line?.focus()
  expect(line?.getAttribute('aria-valuetext')).toBe('5,050 points')
  press('ArrowUp')
  expect(lines()[0]?.getAttribute('aria-valuetext')).toBe('5,100 points')
  const most = lines()[0]?.getAttribute('aria-valuemax')
  press('End')
  press('ArrowUp')
  expect([lines()[0]?.getAttribute('aria-valuenow'), lines()[0]?.getAttribute('aria-valuemax')], 'what is moved does not stretch the drawing').toEqual([most, most])
  press('Home')
  for (let n = 0; n < 50; n++) press('ArrowUp')
  expect(lines()[0]?.getAttribute('aria-valuetext')).toBe('5,100 points')
  press('PageDown')
  press('ArrowDown')
  expect(lines()[0]?.getAttribute('aria-valuetext')).toBe('4,000 points')
  expect(saved()).toEqual([])
  line?.blur()
  await waitFor(() => expect(saved()).toEqual([[4_000]]))
})

test('levels are typed, added and taken away', async () => {
  const { getByRole, getByLabelText, saved } = await show({}, [5_000])
  const box = getByLabelText('Level 1') as HTMLInputElement
  box.focus()
  type('many', box)
  expect(document.body.textContent).toContain('Whole points only, such as 5,000.')
  type('7,500', box)
  box.blur()
  await waitFor(() => expect(saved()).toEqual([[7_500]]))
  getByRole('button', { name: 'Add a level' }).click()
  await waitFor(() => {
    settle()
    expect(getByLabelText('Level 2')).toBeTruthy()
  })
  getByRole('button', { name: 'Remove the level of 7,500 points' }).click()
  await waitFor(() => expect(saved()).toEqual([[7_500], [7_500, 1_000], [1_000]]))
})

test('a day is told by the arrow keys', async () => {
  const { getByRole } = await show()
  const days = getByRole('slider', { name: 'Balance by day' })
  days.focus()
  expect(days.getAttribute('aria-valuetext')).toContain('3,000 points')
  press('ArrowLeft')
  expect(days.getAttribute('aria-valuetext')).toContain('3,100 points')
  press('Home')
  expect(days.getAttribute('aria-valuetext')).toContain('6,000 points, Worked out from what was spent')
})

test('a crossed level is heard once, with the way to more points', async () => {
  const { fake, getByRole } = await show()
  document.hasFocus = () => true
  fake.emit('notice', { kind: 'lowBalance', points: 2_990, level: 5_000 })
  settle()
  expect(text('[role="status"].sr')).toBe('Your balance fell below 5,000 points: 2,990 left.')
  expect(getByRole('button', { name: 'Get points' })).toBeTruthy()
  document.hasFocus = () => false
  fake.emit('notice', { kind: 'refill', points: 9_000, added: 6_010 })
  settle()
  expect(text('[role="status"].sr')).toContain('fell below')
})

test('everything has a name and a role', async () => {
  await show({ grants: [{ day: balanceReport().today + 4, points: 3_000 }] }, [5_000, 1_000])
  const { violations } = await axe.run(document.body, { rules: { 'color-contrast': { enabled: false }, region: { enabled: false } } })
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
})
