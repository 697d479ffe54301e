// All that models made for this person, page by page, the newest first.
import * as ipc from '../ipc'
import type { ErrorCard, MediaMade } from '../ipc'

export class Made {
  all = $state.raw<readonly MediaMade[]>([])
  count = $state<number | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  isReading = $state(false)

  async more() {
    if (this.isReading) return
    this.isReading = true
    await ipc.attempt(async () => {
      const page = await ipc.mediaMade(this.all.length)
      this.count = page.count
      // What came meanwhile moves the pages.
      const known = new Set(this.all.map(({ media }) => media.id))
      this.all = [...this.all, ...page.made.filter(({ media }) => !known.has(media.id))]
      this.card = null
    }, (card) => (this.card = card))
    this.isReading = false
  }
}
