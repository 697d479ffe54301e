// The demo's example chats: how many are here, and a press that brings them or takes them away.
import * as ipc from '../ipc'
import { notices } from './notices.svelte'

class Examples {
  count = $state(0)
  /** What is under way. */
  busy = $state<'fill' | 'remove' | null>(null)

  async load() {
    // Without the number the page offers what it offers to who has none.
    this.count = await ipc.exampleChats().catch(() => 0)
  }

  fill() {
    return this.#set('fill')
  }

  remove() {
    return this.#set('remove')
  }

  async #set(act: 'fill' | 'remove') {
    if (this.busy) return
    this.busy = act
    await ipc.attempt(async () => (this.count = await ipc.setExamples(act === 'fill')), notices.refuse)
    this.busy = null
  }
}

export const examples = new Examples()
