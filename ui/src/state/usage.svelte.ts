// The points history, page by page.
import * as ipc from '../ipc'
import type { ErrorCard, UsageRowView } from '../ipc'

class Usage {
  rows = $state.raw<UsageRowView[]>([])
  next = $state<string | null>(null)
  fetchedAt = $state<number | null>(null)
  loading = $state(false)
  card = $state.raw<ErrorCard | null>(null)

  reload() {
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
    this.card = null
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
      this.card = null
    } catch (e) {
      this.card = ipc.asCard(e)
    }
    this.loading = false
  }
}

export const usage = new Usage()
