// The points history, page by page. Where it alone fails, what was read stays, and it is read again by itself.
import * as ipc from '../ipc'
import type { ErrorCard, UsageRowView } from '../ipc'

const MINUTE = 60_000
const LONGEST = 15 * MINUTE

class Usage {
  rows = $state.raw<UsageRowView[]>([])
  next = $state<string | null>(null)
  fetchedAt = $state<number | null>(null)
  loading = $state(false)
  card = $state.raw<ErrorCard | null>(null)
  /** The card came of a try that nobody asked for, and is not announced. */
  byItself = $state(false)

  /** A list that leads back to where it was read already ends there. */
  #read = new Set<string>()
  #failures = 0
  #next: ReturnType<typeof setTimeout> | undefined

  reload(byItself = false) {
    this.byItself = byItself
    return this.#page(null)
  }

  more() {
    return this.next === null ? Promise.resolve() : this.#page(this.next)
  }

  /** Another account's history begins empty. */
  clear() {
    this.rows = []
    this.next = null
    this.fetchedAt = null
    this.#mended()
  }

  #mended() {
    this.card = null
    this.#failures = 0
    clearTimeout(this.#next)
  }

  #failed(card: ErrorCard) {
    this.card = card
    clearTimeout(this.#next)
    if (card.code !== 'usage_partial') return
    this.#next = setTimeout(() => void this.reload(true), Math.min(MINUTE * 2 ** this.#failures++, LONGEST))
  }

  async #page(cursor: string | null) {
    if (this.loading) return
    this.loading = true
    try {
      const page = await ipc.usage(cursor)
      if (cursor === null) this.#read.clear()
      else this.#read.add(cursor)
      const rows = new Map((cursor === null ? [] : this.rows).map((row) => [row.id, row]))
      for (const row of page.rows) if (!rows.has(row.id)) rows.set(row.id, row)
      this.rows = [...rows.values()]
      this.next = page.next !== null && this.#read.has(page.next) ? null : page.next
      this.fetchedAt = page.fetchedAt
      this.#mended()
    } catch (e) {
      this.#failed(ipc.asCard(e))
    }
    this.loading = false
  }
}

export const usage = new Usage()
