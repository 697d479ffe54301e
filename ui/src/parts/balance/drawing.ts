// Where the balance of the days behind and ahead stands in a drawing of some size. Pure.
import { max, nice, ticks } from 'd3-array'
import { area, line } from 'd3-shape'
import type { BalanceAhead, BalanceOfDay, BalanceReport } from '../../ipc'

export type Drawing = {
  /** What was read, and what is reckoned from what was spent. */
  read: string[]
  reckoned: string[]
  likely: string
  range: string
  lines: { value: number; y: number }[]
  days: { day: number; x: number }[]
  today: number
  grants: { day: number; points: number; x: number }[]
  /** Points at the top. */
  most: number
}

const LINES = 4
/** Nothing but a level or two may stand far above the line. */
const ROOM = 1.08

/** The first and the last day that are drawn. */
export function spanOf({ past, ahead, today }: BalanceReport): [number, number] {
  return [past[0]?.day ?? today, Math.max(ahead.at(-1)?.day ?? today, today + 1)]
}

export function yOf(value: number, most: number, height: number) {
  return height - (Math.min(Math.max(0, value), most) / most) * height
}

/** `room`: how many pixels the name of a day takes. */
export function drawingOf(report: BalanceReport, levels: readonly number[], width: number, height: number, room: number): Drawing {
  const { past, ahead, today } = report
  const [first, last] = spanOf(report)
  const tallest = Math.max(1, max(past, ({ points }) => points) ?? 0, max(ahead, ({ likely }) => likely) ?? 0, max(levels) ?? 0)
  const [, most] = nice(0, tallest * ROOM, LINES)
  const x = (day: number) => ((day - first) / Math.max(1, last - first)) * width
  const y = (value: number) => yOf(value, most, height)
  const ofPast = line<BalanceOfDay>().x(({ day }) => x(day)).y(({ points }) => y(points))
  const ofAhead = line<BalanceAhead>().x(({ day }) => x(day)).y(({ likely }) => y(likely))
  const ofRange = area<BalanceAhead>().x(({ day }) => x(day)).y0(({ low }) => y(low)).y1(({ high }) => y(high))
  const now = past.at(-1)
  // From now on: nobody doubts where it begins.
  const begin = now && ahead.length > 0 ? [{ day: today, low: now.points, likely: now.points, high: now.points }] : []
  const onward = [...begin, ...ahead.map((each) => ({ ...each, day: each.day + 1 })).filter(({ day }) => day <= last)]
  const every = Math.max(1, Math.ceil(((last - first) * room) / Math.max(1, width)))
  const days = Array.from({ length: last - first + 1 }, (_, n) => first + n).filter((day) => (day - today) % every === 0)
  return {
    read: pieces(past, false).map((piece) => ofPast(piece) ?? ''),
    reckoned: pieces(past, true).map((piece) => ofPast(piece) ?? ''),
    likely: ofAhead(onward) ?? '',
    range: ofRange(onward) ?? '',
    lines: ticks(0, most, LINES).filter(Number.isInteger).map((value) => ({ value, y: y(value) })),
    days: days.map((day) => ({ day, x: x(day) })),
    today: x(today),
    grants: report.grants.filter(({ day }) => day <= last).map((grant) => ({ ...grant, x: x(grant.day) })),
    most,
  }
}

/** Days in a row that are all of one sort, each with the day that it goes on to. */
function pieces(past: readonly BalanceOfDay[], isReckoned: boolean): BalanceOfDay[][] {
  const all: BalanceOfDay[][] = []
  for (const [n, to] of past.entries()) {
    const from = past[n - 1]
    if (!from || (from.reckoned || to.reckoned) !== isReckoned) continue
    const open = all.at(-1)
    if (open?.at(-1) === from) open.push(to)
    else all.push([from, to])
  }
  return all
}

/** A figure that is as round as a drawing of this height can tell: 5,230 of 150,000 is 5,000. */
export function rounded(value: number, most: number): number {
  const step = stepOf(most)
  return Math.max(step, Math.round(value / step) * step)
}

/** One press of an arrow key: about a hundredth of what is drawn, as 1, 2 or 5 and zeros. */
export function stepOf(most: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most / 100)))
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= most / 100) ?? power
}
