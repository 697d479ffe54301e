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

  #failures = 0
  #next: ReturnType<typeof setTimeout> | undefined

  reload(byItself = false) {
    this.byItself = byItself
    return this.#read(null)
  }

  more() {
    return this.next === null ? Promise.resolve() : this.#read(this.next)
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

  async #read(cursor: string | null) {
    if (this.loading) return
    this.loading = true
    try {
      const page = await ipc.usage(cursor)
      const known = new Set(cursor === null ? [] : this.rows.map((row) => row.id))
      const fresh = page.rows.filter((row) => !known.has(row.id))
      this.rows = cursor === null ? fresh : [...this.rows, ...fresh]
      this.next = page.next
      this.fetchedAt = page.fetchedAt
      this.#mended()
    } catch (e) {
      this.#failed(ipc.asCard(e))
    }
    this.loading = false
  }
}

export const usage = new Usage()
