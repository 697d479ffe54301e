// A failed message that waits for a corrected address. Poe's guide says of 404 that nothing was processed, so the message
// goes out once by itself when the address is saved; whoever leaves Settings otherwise sends nothing.
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import { route } from './route.svelte'

class Correction {
  #messageId = $state<number | null>(null)
  #conversation: number | null = null

  get isAwaited() {
    return this.#messageId !== null
  }

  hold(messageId: number | null) {
    this.#messageId = messageId
    this.#conversation = chat.id
  }

  forget() {
    this.#messageId = null
  }

  /** The address is saved: back to the chat with it, if a message waits there. Says whether one did. */
  async made(): Promise<boolean> {
    const messageId = this.#messageId
    const conversation = this.#conversation
    this.forget()
    if (messageId === null || conversation === null) return false
    route.go('chat', conversation)
    // The same chat again: its thread is still there, and takes the new answer in place of the failed one.
    await chat.show(conversation)
    announcer.say(words.done.savedAndSent)
    await chat.resend(messageId, {})
    return true
  }
}

export const correction = new Correction()
