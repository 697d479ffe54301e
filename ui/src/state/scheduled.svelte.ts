// Messages that the person asked to be sent as soon as Poe allows it. Kept apart from the card that asked, so that
// leaving the chat does not forget them.
import { SvelteMap } from 'svelte/reactivity'
import { chat } from './chat.svelte'

class Scheduled {
  #timers = new SvelteMap<number, ReturnType<typeof setTimeout>>()

  has(messageId: number) {
    return this.#timers.has(messageId)
  }

  /** Sends at once when the time has come already; a second press takes the wish back. */
  toggle(messageId: number, readyAt: number) {
    if (this.cancel(messageId)) return
    const wait = readyAt - Date.now()
    if (wait <= 0) {
      void chat.resend(messageId, {})
      return
    }
    const send = () => {
      this.#timers.delete(messageId)
      void chat.resend(messageId, {})
    }
    this.#timers.set(messageId, setTimeout(send, wait))
  }

  cancel(messageId: number): boolean {
    clearTimeout(this.#timers.get(messageId))
    return this.#timers.delete(messageId)
  }
}

export const scheduled = new Scheduled()
