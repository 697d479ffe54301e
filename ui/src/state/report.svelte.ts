// What is told beside the balance: the days behind and the days ahead. Read again whenever the balance or the history has
// changed; a reply that comes after a newer question is thrown away.
import * as ipc from '../ipc'
import type { BalanceReport, ErrorCard } from '../ipc'
import { account } from './account.svelte'
import { settings } from './settings.svelte'

class Report {
  view = $state.raw<BalanceReport | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  #asked = 0
  #account: string | null = null

  /** Whose it is; what is known of another's is not shown for it. */
  get #whose() {
    return `${account.view.demo} ${settings.view.baseUrl} ${account.view.lastFour}`
  }

  async load() {
    if (this.#account !== this.#whose) this.view = null
    this.#account = this.#whose
    const asked = ++this.#asked
    const isCurrent = () => asked === this.#asked
    const isDone = await ipc.attempt(async () => {
      const report = await ipc.balanceReport()
      if (isCurrent()) this.view = report
    }, (card) => isCurrent() && (this.card = card))
    if (isDone && isCurrent()) this.card = null
  }
}

export const balanceReport = new Report()
