// What went wrong outside of any message or field: shown as banners until dismissed.
import * as ipc from '../ipc'
import type { ErrorCard } from '../ipc'

class Notices {
  all = $state.raw<ErrorCard[]>([])

  /** Keeps what is shown already and adds what is new. */
  take(cards: ErrorCard[]) {
    const isKnown = (card: ErrorCard) => this.all.some((known) => known.code === card.code && known.at === card.at)
    const fresh = cards.filter((card) => !isKnown(card))
    if (fresh.length > 0) this.all = [...this.all, ...fresh]
  }

  /** Shows what an act was refused for, where nothing nearer can. */
  refuse = (rejected: unknown) => this.take([ipc.asCard(rejected)])

  /** What these told of is mended; Rust has forgotten them. */
  solved(cards: ErrorCard[]) {
    this.all = this.all.filter((card) => !cards.includes(card))
  }

  dismiss(card: ErrorCard) {
    this.all = this.all.filter((shown) => shown !== card)
    // Rust forgets them all at once, so that a reload does not bring back what was dismissed.
    if (this.all.length === 0) void ipc.dismissNotices().catch(() => {})
  }
}

export const notices = new Notices()
