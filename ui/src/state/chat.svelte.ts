// Which thread and which composer the chat view shows, a new chat, and the ways to ask for an answer once more.
import * as ipc from '../ipc'
import type { ErrorCard, MessageView, PromptView, ResendChange } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { answerEdit } from './answerEdit.svelte'
import { chargeText } from './charge'
import { Composer } from './composer.svelte'
import { consent } from './consent.svelte'
import { conversations } from './conversations.svelte'
import { marks } from './marks.svelte'
import { type Message, underWay } from './message.svelte'
import { models } from './models.svelte'
import { Thread } from './thread.svelte'

class Chat {
  thread = $state.raw(new Thread(null))
  readonly composer = new Composer(this.thread, (question) => this.#offerWayBack(question))

  get id() {
    return this.thread.id
  }

  async show(id: number | null) {
    const { messages, loading } = this.thread
    if (id === this.id && (id === null || messages.length > 0 || loading || this.composer.sending)) return
    const thread = this.#turnTo(id)
    await thread.open()
    if (this.thread === thread) this.#resume()
  }

  /** What was being changed is being changed again. */
  #resume() {
    this.composer.resume()
    const { editing } = this.thread
    if (editing?.role === 'assistant') void answerEdit.begin(editing)
  }

  /** Opens at a message, in whatever version of the chat it stands. */
  async showAt(id: number, messageId: number) {
    const thread = this.id === id ? this.thread : this.#turnTo(id)
    await ipc.attempt(() => thread.showAt(messageId), (card) => this.composer.refuse(card))
    if (this.thread === thread && thread.sends === 0) this.#resume()
  }

  /** A chat with one model, or with the defaults; a message that waits to be sent in a new chat keeps its own. */
  startNew(model: string | null = null) {
    this.#turnTo(null)
    const { draft } = this.composer
    const toDefaults = () => {
      const isEmpty = draft.text === '' && draft.files.length === 0
      if (isEmpty && (draft.model ?? draft.parameters ?? draft.preset) !== null) draft.choose(null, null, null)
    }
    if (model === null) void draft.ready.then(toDefaults)
    else draft.choose(model, null, null)
  }

  /** A chat that begins as the preset says. */
  startWith(preset: PromptView) {
    this.#turnTo(null)
    this.composer.beginWith(preset)
  }

  #turnTo(id: number | null): Thread {
    this.thread.close()
    announcer.withdraw()
    marks.clear()
    void answerEdit.leave()
    // What it works out is its own, and not of the effect that happened to turn to it, which ends.
    $effect.root(() => void (this.thread = new Thread(id)))
    this.composer.moveTo(this.thread)
    return this.thread
  }

  /** Shows the way through another message of the same place. */
  async choose(messageId: number) {
    const { thread, composer } = this
    await ipc.attempt(async () => {
      await composer.draft.flush()
      await thread.choose(messageId)
      if (this.thread === thread) composer.resume()
    }, (card) => composer.refuse(card))
  }

  /** What followed the old version is out of sight now, and not gone. Who goes back does not want the new one. */
  #offerWayBack(old: Message) {
    const back = async () => {
      if (this.id !== old.conversationId) return
      await this.stopAll()
      await this.choose(old.id)
      this.composer.focusWishes++
    }
    announcer.offer(words.chat.laterMessages(old.branch?.number ?? 1), words.chat.goBack, back)
  }

  /** It keeps its place, and can be put back. */
  async deleteMessage(messageId: number) {
    const { thread } = this
    const isDone = await ipc.attempt(async () => thread.put(await ipc.deleteMessage(messageId)), (card) => this.composer.refuse(card))
    if (isDone && this.thread === thread) announcer.offer(words.chat.messageDeleted, words.chats.undo, () => this.putBack(messageId))
    this.composer.focusWishes++
  }

  async putBack(messageId: number) {
    const { thread } = this
    const isDone = await ipc.attempt(async () => thread.put(await ipc.putBackMessage(messageId)), (card) => this.composer.refuse(card))
    if (isDone) {
      announcer.withdraw()
      announcer.hear(words.chat.isBack)
    }
    this.composer.focusWishes++
  }

  /** Takes in again what was left out. */
  async sendAll() {
    const { id } = this
    if (id === null) return
    await ipc.attempt(async () => conversations.put(await ipc.sendFrom(id, null)), (card) => this.composer.refuse(card))
    this.composer.focusWishes++
  }

  async includeAttachment(id: number, on: boolean) {
    await ipc.attempt(async () => {
      this.thread.putAttachment(await ipc.includeAttachment(id, on))
      await this.composer.draft.load()
    }, (card) => this.composer.refuse(card))
  }

  async stopMessage(id: number) {
    await ipc.attempt(() => ipc.stop(id), (card) => this.composer.refuse(card))
  }

  async stopAll() {
    await Promise.all(this.thread.live.map(({ id }) => this.stopMessage(id)))
  }

  resend(messageId: number, change: Partial<ResendChange>): Promise<void> {
    const without = { ...change, maxTokens: null }
    return this.#again(messageId, () => ipc.resend(messageId, change), () => this.resend(messageId, without))
  }

  /** The answer goes on where it stopped. */
  goOn(messageId: number) {
    return this.#again(messageId, () => ipc.continueAnswer(messageId))
  }

  /** Sends again and again, for some minutes at most. */
  keepTrying(messageId: number) {
    return this.#again(messageId, () => ipc.keepTrying(messageId))
  }

  sendWhenBack(messageId: number) {
    return this.#again(messageId, () => ipc.sendWhenBack(messageId))
  }

  /** Leaves out older messages and sends again. */
  trim(messageId: number) {
    return this.#again(messageId, () => ipc.trimContext(messageId))
  }

  async #again(messageId: number, send: () => Promise<MessageView>, after = () => this.#again(messageId, send)): Promise<void> {
    const { thread, composer } = this
    const old = thread.find(messageId)
    await ipc.attempt(async () => {
      const view = await send()
      if (composer.refusedId !== null) composer.refusal = null
      if (old && this.#isShown(old)) this.#replace(old, view)
    }, (card) => this.#notAgain(messageId, card, after))
    if (!consent.asked) composer.focusWishes++
  }

  /** Goes out at the time that its card names. A stop takes that back. */
  async sendWhenReady(messageId: number) {
    const old = this.thread.find(messageId)
    try {
      const view = await ipc.sendWhenReady(messageId)
      if (!old || !this.#isShown(old)) return
      if (view.id !== old.id) return this.#replace(old, view)
      // Its card stays where it is, with the focus on the button that takes the wish back.
      old.status = view.status
      this.thread.watch(old)
    } catch (e) {
      this.#notAgain(messageId, ipc.asCard(e), () => this.sendWhenReady(messageId))
    }
  }

  /** Looks up whether the last request was charged. One that was not is on its way again when this ends. */
  async checkAndRetry(messageId: number) {
    const old = this.thread.find(messageId)
    announcer.hear(words.charge.looking)
    try {
      const view = await ipc.checkAndRetry(messageId)
      if (!old || !this.#isShown(old)) return
      if (underWay.includes(view.status.state)) {
        this.#replace(old, view)
        this.composer.focusWishes++
      } else {
        old.status = view.status
        const { card, charge } = view.status
        if (card?.safe) announcer.hear(card.safe)
        else if (charge) announcer.hear(chargeText(charge))
      }
    } catch (e) {
      this.#notAgain(messageId, ipc.asCard(e), () => this.checkAndRetry(messageId))
    }
  }

  /** A new chat with a summary of this one, in which the question goes out again. */
  async summarizeAndStart(messageId: number, open: (id: number) => void) {
    await ipc.attempt(async () => {
      const { conversation } = await ipc.summarizeAndStart(messageId)
      conversations.put(conversation)
      open(conversation.id)
    }, (card) => this.#notAgain(messageId, card, () => this.summarizeAndStart(messageId, open)))
  }

  /** The balance is watched for this message from now on; its card says when it suffices. */
  async waitForPoints(messageId: number) {
    const message = this.thread.find(messageId)
    await ipc.attempt(async () => {
      const view = await ipc.waitForPoints(messageId)
      if (message) message.status = view.status
    }, (card) => {
      if (message) message.status = { ...message.status, card }
    })
  }

  /** The disk is asked once more to take an answer. */
  async saveAgain(messageId: number) {
    const message = this.thread.find(messageId)
    await ipc.attempt(async () => {
      const view = await ipc.saveAgain(messageId)
      if (message) message.status = view.status
      announcer.say(words.chat.saved)
    }, (card) => {
      if (message) message.status = { ...message.status, card }
    })
    this.composer.focusWishes++
  }

  #isShown(message: Message) {
    return this.thread.shows(message)
  }

  /** The chat goes on with one of the answers that stand side by side. */
  async keep(answer: Message) {
    const { thread, composer } = this
    await ipc.attempt(async () => {
      const detail = await ipc.keepAnswer(answer.id)
      if (this.thread === thread) thread.turn(detail)
      announcer.say(words.compare.kept(models.name(answer.status.model)))
    }, (card) => composer.refuse(card))
    composer.focusWishes++
  }

  #replace(old: Message, view: MessageView) {
    const hidden = this.thread.replace(old, view)
    if (hidden) this.#offerWayBack(hidden)
  }

  /** Why a message did not go out again: where it is written if a field stands against it, otherwise with its answer. */
  #notAgain(messageId: number, card: ErrorCard, pressed: () => Promise<unknown>) {
    const old = this.thread.find(messageId)
    if (card.place === 'field') return this.composer.refuse(card, messageId, pressed)
    if (!old) return
    old.status = { ...old.status, card }
    old.isCardNew = true
  }
}

export const chat = new Chat()
