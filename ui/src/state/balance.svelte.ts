// The points balance as Rust last read it, and the outcome of a refresh that was asked for here.
import * as ipc from '../ipc'
import type { BalanceView } from '../ipc'

/** Then the age of the balance says enough. */
const OUTCOME_SHOWN_FOR = 8000

class Balance {
  view = $state.raw<BalanceView>({
    points: null,
    planPoints: null,
    addonPoints: null,
    usd: null,
    nextGrantAt: null,
    nextGrantPoints: null,
    checkedAt: null,
    checking: false,
    card: null,
  })
  refreshing = $state(false)
  /** By how much the last refresh changed the points; null when none was asked for, or it failed. */
  outcome = $state<number | null>(null)

  #fading: ReturnType<typeof setTimeout> | undefined

  get busy() {
    return this.refreshing || this.view.checking
  }

  async refresh() {
    if (this.refreshing) return
    this.refreshing = true
    this.outcome = null
    const before = this.view.points
    await ipc.attempt(async () => {
      this.view = await ipc.refreshBalance()
      if (!this.view.card && this.view.points !== null) this.outcome = this.view.points - (before ?? this.view.points)
    }, (card) => (this.view = { ...this.view, card }))
    this.refreshing = false
    clearTimeout(this.#fading)
    this.#fading = setTimeout(() => (this.outcome = null), OUTCOME_SHOWN_FOR)
  }
}

export const balance = new Balance()
