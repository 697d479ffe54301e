// The list of chats, newest first, and which of them are answering.
import * as ipc from '../ipc'
import type { ConversationChange, ConversationView, LiveView } from '../ipc'
import { SvelteMap } from 'svelte/reactivity'
import { periods, type Period } from '../format'
import { drafts } from './draft.svelte'
import { notices } from './notices.svelte'

class Conversations {
  all = $state.raw<ConversationView[]>([])
  /** The one whose title is being changed in the list. */
  renaming = $state<number | null>(null)
  #live = $state.raw<LiveView[]>([])
  /** By their chat, so that news of one answer concern no other row of the list. */
  #liveByChat = new SvelteMap<number, LiveView>()

  get live() {
    return this.#live
  }
  set live(all: LiveView[]) {
    this.#live = all
    for (const turn of all) this.#liveByChat.set(turn.conversationId, turn)
    const ended = [...this.#liveByChat.keys()].filter((id) => !all.some((turn) => turn.conversationId === id))
    for (const id of ended) this.#liveByChat.delete(id)
  }

  find(id: number | null): ConversationView | undefined {
    return this.all.find((conversation) => conversation.id === id)
  }

  liveIn(id: number): LiveView | undefined {
    return this.#liveByChat.get(id)
  }

  /** What was asked, the latest first. */
  get models(): string[] {
    return this.all.map((conversation) => conversation.model)
  }

  /** How many messages wait for their turn, their next try or the network. */
  get waiting(): number {
    return this.live.filter((turn) => turn.waiting).length
  }

  /** The parts of the list, the newest first. */
  grouped(now: number): { period: Period; items: ConversationView[] }[] {
    const periodOf = periods(now)
    const groups = new Map<Period, ConversationView[]>()
    for (const one of this.all) {
      const period = periodOf(one.updatedAt)
      const known = groups.get(period)
      if (known) known.push(one)
      else groups.set(period, [one])
    }
    return [...groups].map(([period, items]) => ({ period, items }))
  }

  put(view: ConversationView) {
    const isKnown = this.all.some((known) => known.id === view.id)
    this.all = isKnown ? this.all.map((known) => (known.id === view.id ? view : known)) : [view, ...this.all]
  }

  async change(id: number, change: Partial<ConversationChange>) {
    this.put(await ipc.changeConversation(id, change))
  }

  /** Every chat of a model that is gone goes on with another. */
  async replaceModel(gone: string, model: string) {
    for (const { id } of this.all.filter((chat) => chat.model === gone)) await this.change(id, { model })
  }

  async remove(id: number) {
    await ipc.attempt(async () => {
      await ipc.deleteConversation(id)
      this.all = this.all.filter((known) => known.id !== id)
      drafts.forget(id)
    }, notices.refuse)
  }
}

export const conversations = new Conversations()
