// What is about to be sent to make one answer of several: a prompt that is read and changed first, the model, and what it costs.
import * as ipc from '../ipc'
import type { DraftContext, ErrorCard, MessageCost } from '../ipc'
import { chat } from './chat.svelte'
import { consent } from './consent.svelte'
import type { Thread } from './thread.svelte'

class Merge {
  /** The question whose answers become one; null while nobody asks for that. */
  question = $state<number | null>(null)
  prompt = $state('')
  model = $state('')
  /** Those to choose from. */
  models = $state.raw<readonly string[]>([])
  cost = $state.raw<MessageCost | null>(null)
  /** Why it was not sent. */
  card = $state.raw<ErrorCard | null>(null)
  sending = $state(false)
  #thread = $state.raw<Thread | null>(null)
  #context: DraftContext | null = null
  #asked = 0

  isOpenIn(thread: Thread) {
    return this.question !== null && this.#thread === thread
  }

  async open(thread: Thread) {
    const question = thread.messages.findLast((message) => message?.role === 'user')
    if (!question) return
    await ipc.attempt(async () => {
      this.prompt = await ipc.mergePrompt(question.id)
      this.#thread = thread
      this.card = null
      const own = thread.conversation?.model ?? ''
      this.models = [...new Set([own, ...thread.compared.map(({ status }) => status.model)])].filter((id) => id !== '')
      this.question = question.id
      await this.choose(own || (this.models[0] ?? ''))
    }, (card) => chat.composer.refuse(card))
  }

  async choose(model: string) {
    this.model = model
    this.#context = null
    await this.estimate()
  }

  write(prompt: string) {
    this.prompt = prompt
    this.card = null
    void this.estimate()
  }

  /** Of what is written now; a price that can't be had is none. */
  async estimate() {
    const { question, model, prompt } = this
    const conversation = this.#thread?.conversation
    const asked = ++this.#asked
    if (question === null || !conversation) return
    const known = this.#context ?? (await ipc.draftContext(conversation.id, question, model, conversation.parameters, null).catch(() => null))
    const cost = known && (await ipc.estimateCost(known, prompt).catch(() => null))
    if (asked !== this.#asked) return
    this.#context = known
    this.cost = cost
  }

  close() {
    this.question = null
    this.cost = null
    this.#context = null
    chat.composer.focusWishes++
  }

  async send(): Promise<void> {
    const { question, model, prompt } = this
    const thread = this.#thread
    if (question === null || thread === null || this.sending) return
    this.sending = true
    await ipc.attempt(async () => {
      const detail = await ipc.mergeAnswers(question, model, prompt)
      if (chat.thread === thread) thread.turn(detail)
      this.close()
    }, (card) => {
      if (!consent.ask(card, () => this.send())) this.card = card
    })
    this.sending = false
  }
}

export const merge = new Merge()
