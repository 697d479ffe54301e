// A list of many rows of which only those in sight are on the page: which they are, and what stands in for the others. One of them
// may be taller. Pure.

export type Rows = {
  count: number
  /** Pixels of a row. */
  height: number
  /** The place of the one that is open, and by how much it is taller. */
  open: { place: number; more: number } | null
}
export type Drawn = { place: number; /** Pixels left out before it. */ gap: number }

/** Rows beyond those in sight. */
const AHEAD = 6
/** Rows come and go by so many at once: who scrolls a line waits for none. */
const TOGETHER = 4
/** A web view lays nothing out that is taller than about 33 million pixels. */
const TALLEST = 30_000_000

export const mostRows = (count: number, height: number) => Math.min(count, Math.floor(TALLEST / height))

/** Where a place begins, in pixels from the first. */
export const topOf = ({ height, open }: Rows, place: number) => place * height + (open !== null && place > open.place ? open.more : 0)

/** The place at so many pixels below the first row's top. */
export function placeAt({ height, open }: Rows, y: number): number {
  if (open === null || y < (open.place + 1) * height) return Math.floor(y / height)
  return Math.max(open.place, Math.floor((y - open.more) / height))
}

/** The first and the last place to draw, where these pixels are in sight. */
export function inSight(rows: Rows, top: number, bottom: number): [first: number, last: number] {
  const down = (place: number) => Math.floor(place / TOGETHER) * TOGETHER
  const first = Math.max(0, down(Math.min(rows.count - 1, placeAt(rows, top)) - AHEAD))
  // Of a list that begins below what is in sight the first are there already.
  const last = Math.max(0, Math.min(rows.count - 1, down(Math.max(0, placeAt(rows, bottom)) + AHEAD) + TOGETHER))
  return [first, last]
}

/** These places, and the one that the keys have reached wherever it is, each with the pixels before it; and those after the last. */
export function drawn(rows: Rows, first: number, last: number, reached: number | null): { rows: Drawn[]; rest: number } {
  const end = Math.min(last, rows.count - 1)
  const places = Array.from({ length: Math.max(0, end - first + 1) }, (_, n) => first + n)
  if (reached !== null && reached >= 0 && reached < rows.count) {
    if (reached < first || places.length === 0) places.unshift(reached)
    else if (reached > end) places.push(reached)
  }
  let bottom = 0
  const found = places.map((place) => {
    const gap = topOf(rows, place) - bottom
    bottom = topOf(rows, place + 1)
    return { place, gap }
  })
  return { rows: found, rest: Math.max(0, topOf(rows, rows.count) - bottom) }
}

/**
 * Which of a list's elements shows each of these: what was shown before keeps its own, so that one that comes in first moves the
 * others instead of writing all of them anew, and the rest take those that were left.
 */
export function slotsOf(before: ReadonlyMap<string, number>, ids: readonly string[]): number[] {
  const taken = new Set<number>()
  const kept = ids.map((id) => {
    const slot = before.get(id)
    if (slot === undefined || taken.has(slot)) return undefined
    taken.add(slot)
    return slot
  })
  let free = 0
  return kept.map((slot) => {
    if (slot !== undefined) return slot
    while (taken.has(free)) free++
    taken.add(free)
    return free
  })
}

/** Where a key leads to from a place, which may be out of the list; null: it is no key of a list. */
export function ledTo(event: KeyboardEvent, place: number, count: number, page: number): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null
  switch (event.key) {
    case 'ArrowDown':
      return place + 1
    case 'ArrowUp':
      return place - 1
    case 'PageDown':
      return place + page
    case 'PageUp':
      return Math.max(0, place - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
