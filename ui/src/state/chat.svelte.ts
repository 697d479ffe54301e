// The open chat: its messages, what is being typed, and the watches on the answers that are under way.
// Leaving a chat drops its watches; the turns go on in Rust and are picked up again on return.
import * as ipc from '../ipc'
import type { AttachmentView, ConversationDetail, ErrorCard, MessageNews, MessageView, Parameters, ResendChange, TurnUpdate } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { attachments } from './attachments.svelte'
import { chargeText } from './charge'
import { conversations } from './conversations.svelte'
import { drafts } from './drafts'
import { onceAFrame } from './frames'
import { Message, underWay } from './message.svelte'
import { settings } from './settings.svelte'

class Chat {
  /** Null for a chat that has not been sent yet. */
  id = $state<number | null>(null)
  messages = $state.raw<Message[]>([])
  loading = $state(false)
  /** Files of the earlier chat that this one goes on from, which stay there. */
  filesBehind = $state(0)
  /** Why the chat could not be opened. */
  card = $state.raw<ErrorCard | null>(null)
  draft = $state('')
  sending = $state(false)
  /** Why the message in the composer could not be sent. */
  sendCard = $state.raw<ErrorCard | null>(null)
  /** The answer that could not be asked for again, where that is what the card is about. */
  refusedId = $state<number | null>(null)
  /** The question that the draft takes the place of. */
  editing = $state<number | null>(null)
  /** Counts the wishes to have the cursor in the composer. */
  focusWishes = $state(0)
  /** Counts the sends, after which the thread shows its end. */
  sends = $state(0)
  #newModel = $state<string | null>(null)
  #newParameters = $state.raw<Parameters | null>(null)
  /** What was pressed when that was refused. */
  #refused: () => Promise<unknown> = () => this.send()
  #watches = new Map<number, () => void>()
  #arrived: [Message, TurnUpdate][] = []
  #applySoon = onceAFrame(() => this.#apply())

  get conversation() {
    return conversations.find(this.id)
  }

  get model(): string | null {
    return this.conversation?.model || (this.#newModel ?? settings.view.defaultModel)
  }

  get parameters(): Parameters {
    return this.conversation?.parameters ?? this.#newParameters ?? settings.view.defaultParameters
  }

  get liveMessage(): Message | undefined {
    return this.messages.findLast((message) => message.isLive)
  }

  /** The question that is edited brings its files along: they alone are a message, too. */
  get hasFiles(): boolean {
    const edited = this.editing === null ? undefined : this.find(this.editing)
    return attachments.all.some((file) => !file.leftOut) || (edited?.attachments.some((file) => !file.leftOut) ?? false)
  }

  find(messageId: number) {
    return this.messages.find((message) => message.id === messageId)
  }

  /** The question that an answer belongs to. */
  questionOf(answer: Message): Message | undefined {
    const before = this.messages.slice(0, this.messages.indexOf(answer))
    return before.findLast((message) => message.role === 'user')
  }

  async show(id: number | null) {
    if (id === this.id && (id === null || this.messages.length > 0 || this.loading || this.sending)) return
    this.#leave()
    this.id = id
    this.draft = drafts.read(id)
    this.focusWishes++
    if (id === null) return
    this.loading = true
    try {
      const detail = await ipc.openConversation(id)
      if (this.id !== id) return
      this.#take(detail)
    } catch (e) {
      if (this.id === id) this.card = ipc.asCard(e)
    }
    if (this.id === id) this.loading = false
  }

  /** An empty chat with the defaults, or with one model. */
  startNew(model: string | null = null) {
    this.#leave()
    this.id = null
    this.#newModel = model
    this.#newParameters = null
    this.draft = drafts.read(null)
    this.focusWishes++
  }

  write(text: string) {
    this.draft = text
    this.sendCard = null
    drafts.write(this.id, text)
  }

  /** Takes a question up again; sent, it stands beside the old one. */
  edit(questionId: number) {
    const question = this.find(questionId)
    if (!question) return
    this.write(question.text)
    this.editing = questionId
    this.focusWishes++
  }

  stopEditing() {
    this.editing = null
    this.write('')
    this.focusWishes++
  }

  async send() {
    const text = this.draft
    const attached = attachments.ids
    if ((text.trim() === '' && !this.hasFiles) || this.sending || this.liveMessage || attachments.obstacle) return
    this.sending = true
    this.sendCard = null
    const from = this.id
    const insteadOf = this.editing
    try {
      const sent = from === null ? await this.#begin(text, attached) : await ipc.send(from, text, insteadOf, attached)
      const id = sent.question.conversationId
      if (this.id === from) this.id = id
      drafts.write(from, '')
      drafts.write(id, '')
      if (this.id === id) {
        if (this.draft === text) this.draft = ''
        this.editing = null
        attachments.sent()
        const answer = new Message(sent.answer)
        const edited = this.messages.findIndex((message) => message.id === insteadOf)
        const before = edited < 0 ? this.messages : this.messages.slice(0, edited)
        this.messages = [...before, new Message(sent.question), answer]
        this.sends++
        this.#watch(answer)
      }
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
    this.sending = false
    this.focusWishes++
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

  /** Goes out at the time that its card names. A stop takes that back. */
  async sendWhenReady(messageId: number) {
    const old = this.find(messageId)
    try {
      const view = await ipc.sendWhenReady(messageId)
      if (!old || !this.messages.includes(old)) return
      if (view.id !== old.id) return this.#replace(old, view)
      // Its card stays where it is, with the focus on the button that takes the wish back.
      old.status = view.status
      this.#watch(old)
    } catch (e) {
      this.#notAgain(messageId, e, () => this.sendWhenReady(messageId))
    }
  }

  /** Leaves out older messages and sends again. */
  trim(messageId: number) {
    return this.#again(messageId, () => ipc.trimContext(messageId))
  }

  /** Takes in again what was left out. */
  async sendAll() {
    if (this.id === null) return
    try {
      conversations.put(await ipc.sendAll(this.id))
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
    this.focusWishes++
  }

  /** Shows the way through another message of the same place. */
  async choose(messageId: number) {
    const id = this.id
    try {
      const detail = await ipc.chooseBranch(messageId)
      if (this.id === id) this.#take(detail)
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
  }

  /** A new chat with a summary of this one, in which the question goes out again. */
  async summarizeAndStart(messageId: number, open: (id: number) => void) {
    try {
      const { conversation } = await ipc.summarizeAndStart(messageId)
      conversations.put(conversation)
      open(conversation.id)
    } catch (e) {
      this.#notAgain(messageId, e, () => this.summarizeAndStart(messageId, open))
    }
  }

  /** A file of a message was changed: left out, taken in again, made smaller. */
  putAttachment(view: AttachmentView) {
    const message = this.find(view.messageId ?? 0)
    if (message) message.attachments = message.attachments.map((each) => (each.id === view.id ? view : each))
  }

  /** After a change to several at once. */
  async reloadAttachments() {
    const id = this.id
    if (id === null) return
    const detail = await ipc.openConversation(id)
    for (const view of detail.messages.flatMap((message) => message.attachments)) this.putAttachment(view)
  }

  async includeAttachment(id: number, on: boolean) {
    try {
      this.putAttachment(await ipc.includeAttachment(id, on))
      await attachments.reload()
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
  }

  /** The setting that stood against sending goes back to the model's default; then what was pressed is done. */
  async resetAndSend(setting: string | null) {
    const again = this.#refused
    const { temperature, topP, maxTokens, system } = this.parameters
    const card = await this.changeParameters({
      system,
      temperature: setting === 'temperature' ? null : temperature,
      topP: setting === 'top_p' ? null : topP,
      maxTokens: setting === 'max_tokens' ? null : maxTokens,
    })
    if (card) return this.#refuse(card)
    this.sendCard = null
    await again()
  }

  #refuse(card: ErrorCard, messageId: number | null = null, pressed: () => Promise<unknown> = () => this.send()) {
    this.sendCard = card
    this.refusedId = messageId
    this.#refused = pressed
  }

  /** Why a message did not go out again: where it is written if a field stands against it, otherwise with its answer. */
  #notAgain(messageId: number, e: unknown, pressed: () => Promise<unknown>) {
    const card = ipc.asCard(e)
    const old = this.find(messageId)
    if (card.place === 'field') return this.#refuse(card, messageId, pressed)
    if (!old) return
    old.status = { ...old.status, card }
    old.isCardNew = true
  }

  async #again(messageId: number, send: () => Promise<MessageView>, after = () => this.#again(messageId, send)): Promise<void> {
    const old = this.find(messageId)
    try {
      const view = await send()
      if (this.refusedId !== null) this.sendCard = null
      if (old && this.messages.includes(old)) this.#replace(old, view)
    } catch (e) {
      this.#notAgain(messageId, e, after)
    }
    this.focusWishes++
  }

  /** Looks up whether the last request was charged. One that was not is on its way again when this ends. */
  async checkAndRetry(messageId: number) {
    const old = this.find(messageId)
    announcer.hear(words.charge.looking)
    try {
      const view = await ipc.checkAndRetry(messageId)
      if (!old || !this.messages.includes(old)) return
      if (underWay.includes(view.status.state)) {
        this.#replace(old, view)
        this.focusWishes++
      } else {
        old.status = view.status
        if (view.status.charge) announcer.hear(chargeText(view.status.charge))
      }
    } catch (e) {
      this.#notAgain(messageId, e, () => this.checkAndRetry(messageId))
    }
  }

  /** What became known of a message after its turn. */
  takeNews({ messageId, status }: MessageNews) {
    const message = this.find(messageId)
    if (!message || message.isLive) return
    const { charge, card } = message.status
    message.status = status
    // An answer that came whole is expected to cost; its receipt says it to who looks.
    const isNews = charge?.state !== status.charge?.state && status.state !== 'done'
    if (status.card && card && status.card.what !== card.what) announcer.hear(status.card.what)
    else if (isNews && status.charge && status.charge.state !== 'checking') announcer.hear(chargeText(status.charge))
  }

  /** The balance is watched for this message from now on; its card says when it suffices. */
  async waitForPoints(messageId: number) {
    const message = this.find(messageId)
    try {
      const view = await ipc.waitForPoints(messageId)
      if (message) message.status = view.status
    } catch (e) {
      if (message) message.status = { ...message.status, card: ipc.asCard(e) }
    }
  }

  /** The disk is asked once more to take an answer. */
  async saveAgain(messageId: number) {
    const message = this.find(messageId)
    try {
      const view = await ipc.saveAgain(messageId)
      if (message) message.status = view.status
      announcer.say(words.chat.saved)
    } catch (e) {
      if (message) message.status = { ...message.status, card: ipc.asCard(e) }
    }
    this.focusWishes++
  }

  async stop() {
    const message = this.liveMessage
    if (message) await this.stopMessage(message.id)
    this.focusWishes++
  }

  async stopMessage(id: number) {
    try {
      await ipc.stop(id)
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
  }

  async chooseModel(model: string) {
    if (this.id === null) this.#newModel = model
    else this.sendCard = await this.#change({ model })
  }

  /** Says why not, if the change was refused. */
  async changeParameters(parameters: Parameters): Promise<ErrorCard | null> {
    const card = this.id === null ? null : await this.#change({ parameters })
    if (this.id === null) this.#newParameters = parameters
    if (!card && this.sendCard?.code === 'invalid_input') this.sendCard = null
    return card
  }

  /** A turn that runs without being watched: Rust sent a message of this chat by itself. */
  noticeLive() {
    for (const turn of conversations.live) {
      const message = turn.conversationId === this.id && this.find(turn.messageId)
      if (message && !message.isLive && turn.state !== 'done') this.#watch(message)
    }
  }

  rewatch(messageId: number) {
    const message = this.find(messageId)
    if (message) this.#watch(message)
  }

  async #begin(text: string, attachments: number[]) {
    const first = { model: this.model, parameters: this.#newParameters, text, attachments }
    const { conversation, sent } = await ipc.beginConversation(first)
    conversations.put(conversation)
    return sent
  }

  async #change(change: { model?: string; parameters?: Parameters }): Promise<ErrorCard | null> {
    if (this.id === null) return null
    try {
      await conversations.change(this.id, change)
      return null
    } catch (e) {
      return ipc.asCard(e)
    }
  }

  /** The thread as Rust has it. */
  #take(detail: ConversationDetail) {
    for (const id of [...this.#watches.keys()]) this.#unwatch(id)
    this.#arrived = []
    conversations.put(detail.conversation)
    this.filesBehind = detail.filesBehind
    this.messages = detail.messages.map((view) => new Message(view))
    for (const message of this.messages) if (message.isLive) this.#watch(message)
  }

  /** A resend fills the same answer again, or starts another in its place, which nothing follows yet. */
  #replace(old: Message, view: MessageView) {
    this.#unwatch(old.id)
    const fresh = new Message(view)
    const at = this.messages.indexOf(old)
    const after = view.id === old.id ? this.messages.slice(at + 1) : []
    this.messages = [...this.messages.slice(0, at), fresh, ...after]
    this.sends++
    this.#watch(fresh)
  }

  #watch(message: Message) {
    this.#unwatch(message.id)
    const take = (update: TurnUpdate) => {
      this.#arrived.push([message, update])
      this.#applySoon()
    }
    const fail = (e: unknown) => {
      message.status = { ...message.status, state: 'failed', card: ipc.asCard(e) }
    }
    this.#watches.set(message.id, ipc.watch(message.id, take, fail))
  }

  #unwatch(id: number) {
    this.#watches.get(id)?.()
    this.#watches.delete(id)
    // What had arrived belongs to the watch that ends here, not to one that takes its place.
    this.#arrived = this.#arrived.filter(([message]) => message.id !== id)
  }

  #leave() {
    for (const id of [...this.#watches.keys()]) this.#unwatch(id)
    this.#arrived = []
    this.messages = []
    this.filesBehind = 0
    this.loading = false
    this.card = null
    this.sendCard = null
    this.editing = null
  }

  #apply() {
    const arrived = this.#arrived
    this.#arrived = []
    for (const [message, update] of arrived) {
      const before = message.status
      message.apply(update)
      const { state, firstTextAt } = message.status
      if (before.firstTextAt === null && firstTextAt !== null && message.isLive) announcer.hear(words.chat.started)
      if (before.state !== state && !message.isLive) {
        if (!message.card) announcer.hear(words.chat.finished)
        if (this.find(message.id) === message) this.#unwatch(message.id)
      }
    }
  }
}

export const chat = new Chat()
