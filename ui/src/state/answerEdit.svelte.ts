// The answer whose text is being changed by hand, in its place. What is written is kept like any message that is, so that leaving,
// a restart or a crash loses none of it.
import * as ipc from '../ipc'
import type { ErrorCard } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { type Draft, drafts } from './draft.svelte'
import type { Message } from './message.svelte'
import { notices } from './notices.svelte'
import type { Thread } from './thread.svelte'

class AnswerEdit {
  draft = $state.raw<Draft | null>(null)
  saving = $state(false)
  /** Why it was not saved. */
  refusal = $state.raw<ErrorCard | null>(null)

  /** The answer, by its id. */
  get of(): number | null {
    return this.draft?.insteadOf ?? null
  }

  async begin(answer: Message) {
    await this.leave()
    await ipc.attempt(async () => {
      const draft = drafts.at(answer.conversationId, answer.id, await ipc.messageSource(answer.id))
      this.draft = draft
      await draft.load()
    }, notices.refuse)
  }

  /** It waits where it was left. */
  async leave() {
    const { draft } = this
    this.refusal = null
    this.draft = null
    if (!draft) return
    await draft.flush()
    if (draft.isAtRest) drafts.drop(draft)
  }

  async cancel() {
    const { draft } = this
    if (!draft) return
    this.draft = null
    this.refusal = null
    drafts.drop(draft)
    await draft.discard()
  }

  /** Shown in this thread from then on. Says whether it was done. */
  async save(thread: Thread): Promise<boolean> {
    const { draft, of } = this
    if (!draft || of === null || this.saving) return false
    this.saving = true
    this.refusal = null
    const { text } = draft
    const isDone = await ipc.attempt(async () => {
      const view = await draft.inTurn(() => ipc.editMessage(of, text, []))
      draft.end()
      drafts.drop(draft)
      if (this.draft === draft) this.draft = null
      thread.put(view)
      announcer.say(words.chat.changed)
    }, (card) => (this.refusal = card))
    this.saving = false
    return isDone
  }
}

export const answerEdit = new AnswerEdit()
