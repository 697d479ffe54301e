// What is marked in the open chat: words that were found, as they are written in each message, and the one that is looked at.

type Now = { messageId: number; nth: number }

class Marks {
  /** By their message. */
  all = $state.raw<ReadonlyMap<number, readonly string[]>>(new Map())
  now = $state.raw<Now | null>(null)
  /** Counts wishes to see the one that is looked at. */
  wishes = $state(0)

  show(all: ReadonlyMap<number, readonly string[]>) {
    this.all = all
  }

  turnTo(messageId: number, nth: number) {
    this.now = { messageId, nth }
    this.wishes++
  }

  clear() {
    if (this.all.size > 0) this.all = new Map()
    this.now = null
  }
}

export const marks = new Marks()
