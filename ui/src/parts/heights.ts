// A long column of rows whose heights become known as they are drawn: where each stands, and which are in sight. Pure.

/** Of a row that was never drawn and of which nothing is known. */
const USUAL = 120

export class Heights {
  #count = 0
  /** Pixels; 0: not known. */
  #known: number[] = []
  /** Where each begins, as far as `#reckoned`. */
  #tops: number[] = [0]
  #reckoned = 0
  #sum = 0
  #measured = 0
  /** Of rows that were not drawn yet. Changes with what is learned only while nothing stands by it. */
  #usual = USUAL

  get count() {
    return this.#count
  }

  set count(count: number) {
    this.#count = count
    for (let place = this.#known.length; place < count; place++) this.#known.push(0)
    if (count < this.#known.length) {
      for (const gone of this.#known.splice(count)) if (gone > 0) this.#forget(gone)
    }
    this.#reckoned = Math.min(this.#reckoned, count)
  }

  /** Says whether it is news. */
  measure(place: number, height: number): boolean {
    const known = this.#known[place] ?? 0
    if (place >= this.#count || height <= 0 || Math.abs(known - height) < 0.01) return false
    if (known > 0) this.#forget(known)
    this.#known[place] = height
    this.#sum += height
    this.#measured++
    this.#reckoned = Math.min(this.#reckoned, place)
    return true
  }

  /** Other messages stand there from this place on. */
  forgetFrom(place: number) {
    for (let at = place; at < this.#count; at++) {
      const known = this.#known[at] ?? 0
      if (known > 0) this.#forget(known)
      this.#known[at] = 0
    }
    this.#reckoned = Math.min(this.#reckoned, place)
  }

  /** All of them are drawn anew: the view has become wider, or its text larger. */
  forgetAll() {
    const usual = this.#measured > 0 ? this.#sum / this.#measured : USUAL
    this.forgetFrom(0)
    this.#usual = usual
  }

  /** What rows usually are is learned once, from the first that were drawn. */
  learn() {
    if (this.#usual !== USUAL || this.#measured === 0) return
    this.#usual = this.#sum / this.#measured
    this.#reckoned = 0
  }

  heightOf(place: number): number {
    return this.#known[place] || this.#usual
  }

  isKnown(place: number): boolean {
    return (this.#known[place] ?? 0) > 0
  }

  topOf(place: number): number {
    const to = Math.min(place, this.#count)
    for (; this.#reckoned < to; this.#reckoned++) {
      this.#tops[this.#reckoned + 1] = (this.#tops[this.#reckoned] ?? 0) + this.heightOf(this.#reckoned)
    }
    return this.#tops[to] ?? 0
  }

  get total(): number {
    return this.topOf(this.#count)
  }

  /** The row at so many pixels below the first one's top. */
  placeAt(y: number): number {
    if (this.#count === 0) return 0
    void this.total
    let [low, high] = [0, this.#count - 1]
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#tops[middle] ?? 0) <= y) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The first and the last row between two heights. */
  between(top: number, bottom: number): [first: number, last: number] {
    return [this.placeAt(Math.max(0, top)), this.placeAt(Math.max(0, bottom))]
  }

  #forget(height: number) {
    this.#sum -= height
    this.#measured--
  }
}

export type Drawn = { place: number; /** Pixels left out before it. */ gap: number }

/** Rows from one place to another and some more wherever they are, each with what is left out before it; and that after the last. */
export function drawn(heights: Heights, [first, last]: readonly [number, number], more: Iterable<number>): { rows: Drawn[]; rest: number } {
  const places = new Set<number>()
  for (let place = first; place <= last; place++) places.add(place)
  for (const place of more) places.add(place)
  const sorted = [...places].filter((place) => place >= 0 && place < heights.count).sort((a, b) => a - b)
  let bottom = 0
  const rows = sorted.map((place) => {
    const gap = heights.topOf(place) - bottom
    bottom = heights.topOf(place + 1)
    return { place, gap }
  })
  return { rows, rest: heights.total - bottom }
}
