// What lies in the data folder, and all of it away.
import * as ipc from '../ipc'
import type { DataView, ErrorCard } from '../ipc'

class Data {
  view = $state.raw<DataView | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  /** The question whether to delete everything stands. */
  asking = $state(false)
  deleting = $state(false)
  /** Why it was not done. */
  refused = $state.raw<ErrorCard | null>(null)

  readonly total = $derived(this.view?.parts.reduce((sum, { bytes }) => sum + bytes, 0) ?? 0)

  async load() {
    await ipc.attempt(async () => {
      this.view = await ipc.dataFolder()
      this.card = null
    }, (card) => (this.card = card))
  }

  ask() {
    this.refused = null
    this.asking = true
  }

  /** Once it is done the app begins anew, and this page with it. */
  async deleteEverything() {
    this.refused = null
    this.deleting = true
    const isDone = await ipc.attempt(() => ipc.deleteEverything(), (card) => (this.refused = card))
    if (!isDone) this.deleting = false
  }
}

export const data = new Data()
