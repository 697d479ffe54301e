// What stands where in the list: rows, and above the rows of each day its head. The days' counts tell it, so that no row has to
// be looked at.
import { bisectRight } from 'd3-array'
import type { UsageDay } from '../../ipc'
import { UNDATED } from './bars'

export type Place = { day: UsageDay } | { row: number }

export class Places {
  readonly count: number
  /** The place of each day's head, and the first row below it. */
  readonly #heads: number[] = []
  readonly #rows: number[] = []

  constructor(
    readonly total: number,
    readonly days: readonly UsageDay[] = [],
  ) {
    let row = 0
    for (const [n, { spent }] of days.entries()) {
      this.#heads.push(row + n)
      this.#rows.push(row)
      row += spent.rows
    }
    this.count = total + days.length
  }

  at(place: number): Place {
    const n = bisectRight(this.#heads, place) - 1
    const day = this.days[n]
    if (!day) return { row: place }
    return this.#heads[n] === place ? { day } : { row: place - n - 1 }
  }

  ofRow(row: number): number {
    return row + bisectRight(this.#rows, row)
  }
}

/** The newest rows first, or the oldest; those without a date stand at the old end. Counts that do not add up tell nothing. */
export function placesOf(days: readonly UsageDay[], order: 'newest' | 'oldest' | null, total: number): Places {
  const filled = days.filter(({ spent }) => spent.rows > 0)
  if (order === null || filled.reduce((rows, { spent }) => rows + spent.rows, 0) !== total) return new Places(total)
  const age = ({ day }: UsageDay) => (day === UNDATED ? -Infinity : day)
  const sorted = filled.toSorted((a, b) => (age(a) < age(b) ? -1 : 1))
  return new Places(total, order === 'oldest' ? sorted : sorted.reverse())
}
