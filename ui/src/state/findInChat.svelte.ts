// Finding within the open chat. Rust looks through all of it, since the page holds a part of a long one.
import * as ipc from '../ipc'
import type { ErrorCard, FoundInChat } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import { marks } from './marks.svelte'
import { panels } from './panels.svelte'

const SETTLED = 500

class FindInChat {
  text = $state('')
  found = $state.raw<readonly FoundInChat[]>([])
  /** Which of all finds is looked at, from 0. */
  at = $state(0)
  card = $state.raw<ErrorCard | null>(null)
  focusWishes = $state(0)
  #asked = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  total = $derived(this.found.reduce((sum, { count }) => sum + count, 0))

  open() {
    panels.find = true
    this.focusWishes++
    if (this.text !== '') void this.look(true)
  }

  close() {
    if (!panels.find) return
    panels.find = false
    this.#asked++
    clearTimeout(this.#timer)
    this.found = []
    marks.clear()
  }

  type(text: string) {
    this.text = text
    void this.look(true)
  }

  /** Anew where the thread has changed, too: then who looks at a find stays there. */
  async look(isTyped: boolean) {
    const { id } = chat
    const asked = ++this.#asked
    if (id === null) return
    await ipc.attempt(async () => {
      const found = this.text.trim() === '' ? [] : await ipc.findInChat(id, this.text)
      if (asked !== this.#asked || !panels.find) return
      this.card = null
      this.found = found
      marks.show(new Map(found.map(({ messageId, written }) => [messageId, written])))
      if (this.total === 0) marks.now = null
      else if (isTyped) await this.#turnTo(this.#nearest())
      else this.at = Math.min(this.at, this.total - 1)
    }, (card) => (this.card = card))
    if (isTyped) this.#announce()
  }

  step(by: 1 | -1) {
    if (this.total > 0) void this.#turnTo((this.at + by + this.total) % this.total)
  }

  /** The last message has most of what a reader looks at; from it upward. */
  #nearest(): number {
    return this.total - (this.found.at(-1)?.count ?? 0)
  }

  async #turnTo(at: number) {
    this.at = at
    let before = 0
    for (const { messageId, count } of this.found) {
      if (at < before + count) {
        marks.turnTo(messageId, at - before)
        if (chat.id !== null) await chat.showAt(chat.id, messageId)
        return
      }
      before += count
    }
  }

  #announce() {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (panels.find && this.text.trim() !== '') announcer.hear(words.chats.found(this.total, false))
    }, SETTLED)
  }
}

export const findInChat = new FindInChat()
