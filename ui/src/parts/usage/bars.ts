// The days of the history as bars: a day each, over a long span a week or a month, which are sums of their days.
import { max, min, sum } from 'd3-array'
import type { Spent, UsageDay } from '../../ipc'
import { days as daysOf, longDay, shortDay, shortMonth } from '../../format'

export type Unit = 'day' | 'week' | 'month'
export type Bar = { from: number; to: number; spent: Spent; points: number[] }
export type Bars = { unit: Unit; bars: Bar[]; undated: Bar | null }

/** More days than this are weeks, and more than that months. */
const DAYS_APART = 120
const WEEKS_APART = 731

/** Without a time that can be right. */
export const UNDATED = 0

/** From the first day of the range, or of the history, to today. */
export function barsOf(all: readonly UsageDay[], from: number | null, today: number): Bars {
  const dated = all.filter(({ day }) => day !== UNDATED)
  const first = from ?? min(dated, ({ day }) => day) ?? today
  const last = Math.max(today, max(dated, ({ day }) => day) ?? today)
  const span = last - first + 1
  const unit = span > WEEKS_APART ? 'month' : span > DAYS_APART ? 'week' : 'day'
  const byDay = new Map(dated.map((day) => [day.day, day]))
  const bars = parts(unit, first, last).map(([from, to]) => {
    const days = Array.from({ length: to - from + 1 }, (_, n) => byDay.get(from + n)).filter((day) => day !== undefined)
    return summed(from, to, days)
  })
  const without = all.filter(({ day }) => day === UNDATED)
  return { unit, bars, undated: without.length > 0 ? summed(UNDATED, UNDATED, without) : null }
}

export function summed(from: number, to: number, days: readonly Pick<UsageDay, 'spent' | 'points'>[]): Bar {
  const width = max(days, ({ points }) => points.length) ?? 0
  return {
    from,
    to,
    spent: {
      points: sum(days, ({ spent }) => spent.points),
      rows: sum(days, ({ spent }) => spent.rows),
      unclear: sum(days, ({ spent }) => spent.unclear),
    },
    points: Array.from({ length: width }, (_, series) => sum(days, ({ points }) => points[series] ?? 0)),
  }
}

/** The last week ends with the last day; months are those of the calendar. */
function parts(unit: Unit, first: number, last: number): [number, number][] {
  const found: [number, number][] = []
  for (let to = last; to >= first; to = (found[0]?.[0] ?? first) - 1) {
    const begins = unit === 'day' ? to : unit === 'week' ? to - 6 : firstOfMonth(to)
    found.unshift([Math.max(first, begins), to])
  }
  return found
}

const DAY = 86_400_000
function firstOfMonth(day: number): number {
  const date = new Date(day * DAY)
  return day - date.getUTCDate() + 1
}

/** What a bar is called where there is room for it. */
export function nameOf({ from, to }: Pick<Bar, 'from' | 'to'>, today: number, noDate: string): string {
  if (from === UNDATED) return noDate
  return from === to ? longDay(from, today) : daysOf(from, to, today)
}

export const shortNameOf = (unit: Unit, { from }: Bar) => (unit === 'month' ? shortMonth(from) : shortDay(from))
