// The request log: what it holds, and the newest entries that fit the filter. Read anew whenever it changes in sight.
import * as ipc from '../ipc'
import type { ErrorCard, LogEntry, LogPage, LogView } from '../ipc'

/** In the queue, for long enough that anyone would have noticed. */
export const hasWaited = (entry: LogEntry) => entry.queuedMs >= 50

class RequestLog {
  view = $state.raw<LogView>({ kept: 0, newest: null, codes: [], bodies: false, hasBodies: false, missed: 0, folder: '' })
  page = $state.raw<LogPage | null>(null)
  failed = $state(false)
  model = $state<string | null>(null)
  text = $state('')
  card = $state.raw<ErrorCard | null>(null)
  /** Where the last export lies. */
  exported = $state<string | null>(null)
  #reading = false
  #again = false

  get isFiltered() {
    return this.failed || this.model !== null || this.text.trim() !== ''
  }

  showAll() {
    this.failed = false
    this.model = null
    this.text = ''
  }

  /** One at a time: what changed meanwhile is read right after. */
  async read() {
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    do {
      this.#again = false
      await this.#do(async () => {
        this.page = await ipc.logPage({ failed: this.failed, model: this.model, text: this.text })
      })
    } while (this.#again)
    this.#reading = false
  }

  bodies(id: number) {
    return ipc.logBodies(id)
  }

  keepBodies(on: boolean) {
    return this.#do(async () => (this.view = await ipc.logKeepBodies(on)))
  }

  clear(onlyBodies: boolean) {
    return this.#do(async () => (this.view = await ipc.logClear(onlyBodies)))
  }

  export(withBodies: boolean) {
    return this.#do(async () => (this.exported = await ipc.logExport(withBodies)))
  }

  /** Says whether it went well. */
  async #do(work: () => Promise<unknown>): Promise<boolean> {
    const isDone = await ipc.attempt(work, (card) => (this.card = card))
    if (isDone) this.card = null
    return isDone
  }
}

export const log = new RequestLog()
