// Where the parts of bars stand in a drawing of some size.
import { max, min, nice, ticks } from 'd3-array'
// Of d3-scale this one alone is taken: the scales of numbers bring d3-color and d3-format, which do not load in a window whose
// prototypes are frozen.
import { scaleBand } from 'd3-scale'
import { stack, stackOffsetDiverging } from 'd3-shape'
import type { Bar } from './bars'

export type Part = { series: number; x: number; y: number; width: number; height: number }
export type Plot = {
  parts: Part[]
  lines: { value: number; y: number }[]
  /** Of the zero line. */
  ground: number
  /** Those whose name stands below. */
  named: { bar: number; x: number }[]
}

/** Between two parts, so that color is not all that tells them apart. */
const GAP = 1.5
const LINES = 4
/** Of few days no bar is a wall. */
const WIDEST = 56

const ROUND = 2
const rounded = ({ x, y, width, height }: Part) => {
  const r = Math.min(ROUND, width / 2, height / 2)
  const corner = (dx: number, dy: number) => `a${r},${r} 0 0 1 ${dx},${dy}`
  return `M${x + r},${y}h${width - 2 * r}${corner(r, r)}v${height - 2 * r}${corner(-r, r)}h${2 * r - width}${corner(-r, -r)}v${2 * r - height}${corner(r, -r)}z`
}
/** All parts of one series as one shape: hundreds of elements take longer to change than a reader waits. */
export const shapeOf = (parts: readonly Part[], series: number) => parts.filter((part) => part.series === series).map(rounded).join('')

/** `room`: how many pixels a name takes. Bars fill the width in equal columns. */
export function plotOf(bars: readonly Bar[], series: number, width: number, height: number, room: number): Plot {
  const stacked = stack<unknown, Bar, number>()
    .keys(Array.from({ length: series }, (_, n) => n))
    .value(({ points }, key) => points[key] ?? 0)
    .offset(stackOffsetDiverging)(bars as Bar[])
  const ends = stacked.flat().flat()
  const [low, high] = nice(Math.min(0, min(ends) ?? 0), Math.max(1, max(ends) ?? 0), LINES)
  const y = (value: number) => height - ((value - low) / (high - low)) * height
  const columns = scaleBand<number>().domain(bars.keys()).range([0, width]).paddingInner(0.3).paddingOuter(0.15)
  const wide = Math.min(columns.bandwidth(), WIDEST)
  const x = (bar: number) => (columns(bar) ?? 0) + (columns.bandwidth() - wide) / 2
  const parts = stacked.flatMap((ofSeries, n) =>
    [...ofSeries].flatMap(([from, to], bar) => {
      const tall = y(from) - y(to)
      if (tall <= 0) return []
      const shown = Math.max(Math.min(tall, 1), tall - GAP)
      return [{ series: n, x: x(bar), y: y(to), width: wide, height: shown }]
    }),
  )
  const every = Math.max(1, Math.ceil(room / columns.step()))
  return {
    parts,
    lines: ticks(low, high, LINES).filter(Number.isInteger).map((value) => ({ value, y: y(value) })),
    ground: y(0),
    named: [...bars.keys()].filter((bar) => bar % every === 0).map((bar) => ({ bar, x: x(bar) + wide / 2 })),
  }
}
