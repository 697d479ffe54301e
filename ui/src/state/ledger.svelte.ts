// How much of Poe's history this computer holds, as Rust last told. What the rows come to is in `usage.svelte.ts`.
import * as ipc from '../ipc'
import type { LedgerView } from '../ipc'

const MINUTE = 60_000
/** Who put a word about a burst away has heard of the hours around it, too. */
const HEARD = 6 * 60 * MINUTE

class Ledger {
  view = $state.raw<LedgerView>({ spans: [], reading: null, readAt: null, revision: 0, burst: null, card: null })
  /** The last reading was not asked for by a press, so its failure is shown and not announced. */
  byItself = $state(true)
  #asking = $state(false)
  #heardUntil = $state(0)

  /** Far more than usual was used outside this app, and nobody has put that away. */
  get burst() {
    const { burst } = this.view
    return burst !== null && burst.until > this.#heardUntil ? burst : null
  }
  hideBurst() {
    this.#heardUntil = (this.view.burst?.until ?? 0) + HEARD
  }

  get busy() {
    return this.#asking || this.view.reading !== null
  }

  async load() {
    const before = this.view
    const view = await ipc.ledger()
    // What was announced meanwhile is newer.
    if (this.view === before) this.view = view
  }

  async read(byItself = false) {
    if (this.#asking) return
    this.byItself = byItself
    this.#asking = true
    await ipc.attempt(async () => (this.view = await ipc.readUsage()), (card) => (this.view = { ...this.view, card }))
    this.#asking = false
  }

  /** For who begins to look: newer rows are fetched, unless that was just done. */
  async freshen() {
    const { readAt, reading } = this.view
    if (reading === null && (readAt === null || Date.now() - readAt > MINUTE)) await this.read(true)
  }
}

export const ledger = new Ledger()
