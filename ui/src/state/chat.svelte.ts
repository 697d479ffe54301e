// The open chat: its messages, what is being typed, and the watches on the answers that are under way.
// Leaving a chat drops its watches; the turns go on in Rust and are picked up again on return.
import * as ipc from '../ipc'
import type { AttachmentView, ConversationDetail, ErrorCard, MessageNews, MessageView, Parameters, ResendChange, TurnUpdate } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chargeText } from './charge'
import { conversations } from './conversations.svelte'
import { type Draft, drafts } from './draft.svelte'
import { onceAFrame } from './frames'
import { Message, underWay } from './message.svelte'
import { models } from './models.svelte'
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
  /** The message that is being written. */
  draft = $state.raw<Draft>(drafts.at(null))
  sending = $state(false)
  /** Why the message in the composer could not be sent. */
  sendCard = $state.raw<ErrorCard | null>(null)
  /** The answer that could not be asked for again, where that is what the card is about. */
  refusedId = $state<number | null>(null)
  /** Counts the wishes to have the cursor in the composer. */
  focusWishes = $state(0)
  /** Counts the sends, after which the thread shows its end. */
  sends = $state(0)
  /** What was pressed when that was refused. */
  #refused: () => Promise<unknown> = () => this.send()
  #watches = new Map<number, () => void>()
  #arrived: [Message, TurnUpdate][] = []
  #applySoon = onceAFrame(() => this.#apply())

  get conversation() {
    return conversations.find(this.id)
  }

  get model(): string | null {
    return this.conversation?.model || (this.draft.model ?? settings.view.defaultModel ?? models.usual(conversations.models))
  }

  get parameters(): Parameters {
    return this.conversation?.parameters ?? this.draft.parameters ?? settings.view.defaultParameters
  }

  get liveMessage(): Message | undefined {
    return this.messages.findLast((message) => message.isLive)
  }

  /** The question that is edited brings its files along: they alone are a message, too. */
  get hasFiles(): boolean {
    const { files, insteadOf } = this.draft
    const edited = insteadOf === null ? undefined : this.find(insteadOf)
    return files.some((file) => !file.leftOut) || (edited?.attachments.some((file) => !file.leftOut) ?? false)
  }

  /** The one rule for every way of sending. */
  get canSend(): boolean {
    const { text, reading, obstacle } = this.draft
    const isEmpty = text.trim() === '' && !this.hasFiles
    return !isEmpty && reading.length === 0 && obstacle === null && !this.liveMessage && !this.loading
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
    this.#write(drafts.at(id))
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

  /** A chat with one model, or with the defaults; a message that waits to be sent in a new chat keeps its own. */
  startNew(model: string | null = null) {
    this.#leave()
    this.id = null
    const draft = drafts.at(null)
    this.#write(draft)
    this.focusWishes++
    const toDefaults = () => {
      const isEmpty = draft.text === '' && draft.files.length === 0
      if (isEmpty && (draft.model ?? draft.parameters) !== null) draft.choose(null, null)
    }
    if (model === null) void draft.ready.then(toDefaults)
    else draft.choose(model, null)
  }

  write(text: string) {
    this.sendCard = null
    this.draft.write(text)
  }

  /** Takes a question up again; sent, it stands beside the old one. What was being written waits meanwhile. */
  edit(questionId: number) {
    const question = this.find(questionId)
    if (!question || this.liveMessage) return
    this.sendCard = null
    this.#write(drafts.at(question.conversationId, questionId, question.text))
    this.focusWishes++
  }

  /** What was being written before is there again. */
  stopEditing() {
    const edit = this.draft
    if (edit.insteadOf === null) return
    this.sendCard = null
    this.#write(drafts.at(this.id))
    drafts.drop(edit)
    void edit.discard()
    this.focusWishes++
  }

  /** From here on this is what the composer shows. What it showed before is kept. */
  #write(draft: Draft) {
    const left = this.draft
    this.draft = draft
    if (left === draft) return
    void left.flush().then(() => {
      if (this.draft !== left && left.isAtRest) drafts.drop(left)
    })
  }

  /** For the message that was being written when the files were chosen, whichever is shown when they are there. */
  async attach(draft: Draft, files: readonly File[], folders: readonly string[] = []) {
    await draft.add(files, folders)
    const last = draft.files.at(-1)
    if (last && !draft.card) this.#tell(draft, words.attachments.attached(last.name))
  }

  /** Text that is too long for the box becomes a file. */
  async attachText(draft: Draft, text: string) {
    const name = await draft.attachText(text)
    if (!draft.refusal) this.#tell(draft, words.attachments.attached(name))
  }

  /** Where a paste brought nothing: WebKitGTK tells the page of no picture that has no text beside it. */
  async attachPicture(draft: Draft) {
    const name = await draft.pastePicture()
    if (name !== null) this.#tell(draft, words.attachments.attached(name))
  }

  #tell(draft: Draft, said: string) {
    if (this.draft !== draft) return
    // It is seen above the words.
    announcer.hear(said)
  }

  async send() {
    const { draft, model } = this
    const { text, ids, reading, insteadOf } = draft
    if (reading.length > 0) announcer.say(words.attachments.notYet(reading.length))
    if (this.sending || !this.canSend) return
    this.sending = true
    this.sendCard = null
    draft.forgetRefusal()
    try {
      await this.#sendDraft(draft, text, ids, insteadOf, model)
    } catch (e) {
      const refused = ipc.asCard(e)
      if (this.draft !== draft) draft.refusal = refused
      else this.#refuse(refused)
    }
    this.sending = false
    this.focusWishes++
  }

  async #sendDraft(draft: Draft, text: string, ids: number[], insteadOf: number | null, model: string | null) {
    await draft.ready
    // Nobody has seen what was kept and came just now.
    if (draft.text !== text) return
    await draft.flush()
    // Its card is there, and the message stays in its field: nothing of it goes out later by itself.
    if (draft.isRefusedByDisk) return
    const from = draft.conversation
    const sent = await draft.inTurn(() => (from === null ? this.#begin(draft, text, ids, model) : ipc.send(from, text, insteadOf, ids)))
    const id = sent.question.conversationId
    draft.sent(text, ids)
    if (from === null && this.draft === draft) this.id = id
    if (insteadOf !== null) drafts.drop(draft)
    if (this.id !== id) return
    if (insteadOf !== null && this.draft === draft) this.#write(drafts.at(id))
    const answer = new Message(sent.answer)
    const edited = this.messages.findIndex((message) => message.id === insteadOf)
    const before = edited < 0 ? this.messages : this.messages.slice(0, edited)
    const old = this.messages[edited]
    // Its own answer is expected to go with it.
    if (old && this.messages.length > edited + 2) this.#offerWayBack(old)
    this.messages = [...before, new Message(sent.question), answer]
    this.sends++
    this.#watch(answer)
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
      await this.draft.flush()
      const detail = await ipc.chooseBranch(messageId)
      if (this.id === id) this.#take(detail)
    } catch (e) {
      this.#refuse(ipc.asCard(e))
    }
  }

  /** What followed the old version is out of sight now, and not gone. Who goes back does not want the new one. */
  #offerWayBack(old: Message) {
    const back = async () => {
      if (this.id !== old.conversationId) return
      const live = this.liveMessage
      if (live) await this.stopMessage(live.id)
      await this.choose(old.id)
      this.focusWishes++
    }
    announcer.offer(words.chat.laterMessages(old.branch?.number ?? 1), words.chat.goBack, back)
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
      await this.draft.load()
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
        const { card, charge } = view.status
        if (card?.safe) announcer.hear(card.safe)
        else if (charge) announcer.hear(chargeText(charge))
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
    if (this.id === null) this.draft.choose(model)
    else this.sendCard = await this.#change({ model })
  }

  /** Says why not, if the change was refused. */
  async changeParameters(parameters: Parameters): Promise<ErrorCard | null> {
    const card = this.id === null ? null : await this.#change({ parameters })
    if (this.id === null) this.draft.choose(this.draft.model, parameters)
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

  async #begin(draft: Draft, text: string, attachments: number[], model: string | null) {
    const first = { model, parameters: draft.parameters, text, attachments }
    const { conversation, sent } = await ipc.beginConversation(first)
    draft.moveTo(conversation.id)
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
    const { id } = detail.conversation
    const edited = detail.editing === null ? undefined : this.find(detail.editing)
    if (edited) this.#write(drafts.at(id, edited.id, edited.text))
    else if (this.draft.insteadOf !== null) this.#write(drafts.at(id))
  }

  /** A resend fills the same answer again, or starts another in its place, which nothing follows yet. */
  #replace(old: Message, view: MessageView) {
    this.#unwatch(old.id)
    const fresh = new Message(view)
    const at = this.messages.indexOf(old)
    const later = this.messages.slice(at + 1)
    const isSame = view.id === old.id
    if (!isSame && later.length > 0) this.#offerWayBack(old)
    this.messages = [...this.messages.slice(0, at), fresh, ...(isSame ? later : [])]
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
    announcer.withdraw()
    this.messages = []
    this.filesBehind = 0
    this.loading = false
    this.card = null
    this.sendCard = null
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
