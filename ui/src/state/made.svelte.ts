// All that models made for this person, page by page, the newest first.
import * as ipc from '../ipc'
import type { ErrorCard, MediaKind, MediaMade } from '../ipc'

export class Made {
  all = $state.raw<readonly MediaMade[]>([])
  count = $state<number | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  isReading = $state(false)
  /** Null: of all kinds. */
  kind = $state<MediaKind | null>(null)

  only(kind: MediaKind | null) {
    if (kind === this.kind) return
    this.kind = kind
    this.all = []
    this.count = null
    this.isReading = false
    void this.more()
  }

  async more() {
    if (this.isReading) return
    const { kind } = this
    this.isReading = true
    await ipc.attempt(async () => {
      const page = await ipc.mediaMade(kind, this.all.length)
      if (kind !== this.kind) return
      this.count = page.count
      // What came meanwhile moves the pages.
      const known = new Set(this.all.map(({ media }) => media.id))
      this.all = [...this.all, ...page.made.filter(({ media }) => !known.has(media.id))]
      this.card = null
    }, (card) => (this.card = card))
    if (kind === this.kind) this.isReading = false
  }
}
