// The list of chats, newest first, and which of them are answering.
import * as ipc from '../ipc'
import type { ConversationChange, ConversationView, LiveView } from '../ipc'
import { when, type When } from '../format'
import { drafts } from './draft.svelte'
import { notices } from './notices.svelte'

class Conversations {
  all = $state.raw<ConversationView[]>([])
  live = $state.raw<LiveView[]>([])

  find(id: number | null): ConversationView | undefined {
    return this.all.find((conversation) => conversation.id === id)
  }

  liveIn(id: number): LiveView | undefined {
    return this.live.find((turn) => turn.conversationId === id)
  }

  /** What was asked, the latest first. */
  get models(): string[] {
    return this.all.map((conversation) => conversation.model)
  }

  /** How many messages wait for their turn, their next try or the network. */
  get waiting(): number {
    return this.live.filter((turn) => turn.waiting).length
  }

  grouped(now: number): { when: When; items: ConversationView[] }[] {
    const groups: When[] = ['today', 'yesterday', 'earlier']
    return groups
      .map((group) => ({ when: group, items: this.all.filter((c) => when(c.updatedAt, now) === group) }))
      .filter((group) => group.items.length > 0)
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
    try {
      await ipc.deleteConversation(id)
      this.all = this.all.filter((known) => known.id !== id)
      drafts.forget(id)
    } catch (e) {
      notices.refuse(e)
    }
  }
}

export const conversations = new Conversations()
