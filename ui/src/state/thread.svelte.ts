// One conversation: its messages, the watches on the answers that are under way, and which version of each is shown. Several
// may live side by side. Closing one drops its watches; the turns go on in Rust and are picked up again by the next.
import * as ipc from '../ipc'
import type { AttachmentView, ConversationDetail, ErrorCard, MessageNews, MessageView, Sent, TurnUpdate } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chargeText } from './charge'
import { conversations } from './conversations.svelte'
import { onceAFrame } from './frames'
import { Message } from './message.svelte'

export class Thread {
  /** Null for a chat that has not been sent yet. */
  id = $state<number | null>(null)
  messages = $state.raw<Message[]>([])
  loading = $state(false)
  /** Files of the earlier chat that this one goes on from, which stay there. */
  filesBehind = $state(0)
  /** Why the chat could not be opened. */
  card = $state.raw<ErrorCard | null>(null)
  /** The question whose next version is being written, as the library has it. */
  editing: Message | null = null
  /** The message that is shown, rather than the end. */
  at = $state<number | null>(null)
  /** Counts the messages sent, after each of which its end is shown. */
  sends = $state(0)
  #isClosed = false
  #watches = new Map<number, () => void>()
  #arrived: [Message, TurnUpdate][] = []
  #applySoon = onceAFrame(() => this.#apply())

  constructor(id: number | null) {
    this.id = id
  }

  get conversation() {
    return conversations.find(this.id)
  }

  get liveMessage(): Message | undefined {
    return this.messages.findLast((message) => message.isLive)
  }

  find(messageId: number) {
    return this.messages.find((message) => message.id === messageId)
  }

  /** The question that an answer belongs to. */
  questionOf(answer: Message): Message | undefined {
    const before = this.messages.slice(0, this.messages.indexOf(answer))
    return before.findLast((message) => message.role === 'user')
  }

  async open() {
    const { id } = this
    if (id === null) return
    this.loading = true
    try {
      this.#take(await ipc.openConversation(id))
    } catch (e) {
      this.card = ipc.asCard(e)
    }
    this.loading = false
  }

  /** Opens at this message, also where it stands in a version that is not shown. */
  async showAt(messageId: number) {
    if (this.messages.length === 0) await this.open()
    if (this.card === null && !this.find(messageId)) await this.choose(messageId)
    this.at = messageId
  }

  /** Shows the way through another message of the same place. */
  async choose(messageId: number) {
    this.#take(await ipc.chooseBranch(messageId))
  }

  close() {
    this.#isClosed = true
    this.#drop()
  }

  /** A question and its answer, at the end or in the place of an edited one, which is returned where more went out of sight. */
  add(sent: Sent, insteadOf: number | null): Message | undefined {
    const at = this.messages.findIndex((message) => message.id === insteadOf)
    const before = at < 0 ? this.messages : this.messages.slice(0, at)
    const old = this.messages[at]
    // Its own answer is expected to go with it.
    const hidden = this.messages.length > at + 2 ? old : undefined
    const answer = new Message(sent.answer)
    this.#show([...before, new Message(sent.question), answer], answer)
    return hidden
  }

  /** A resend fills the same answer again, or starts another in its place. The old one is returned where more went out of sight. */
  replace(old: Message, view: MessageView): Message | undefined {
    this.#unwatch(old.id)
    const fresh = new Message(view)
    const at = this.messages.indexOf(old)
    const later = this.messages.slice(at + 1)
    const isSame = view.id === old.id
    this.#show([...this.messages.slice(0, at), fresh, ...(isSame ? later : [])], fresh)
    return !isSame && later.length > 0 ? old : undefined
  }

  /** A file of a message was changed: left out, taken in again, made smaller. */
  putAttachment(view: AttachmentView) {
    const message = this.find(view.messageId ?? 0)
    if (message) message.attachments = message.attachments.map((each) => (each.id === view.id ? view : each))
  }

  /** After a change to several at once. */
  async reloadAttachments() {
    if (this.id === null) return
    const detail = await ipc.openConversation(this.id)
    for (const view of detail.messages.flatMap((message) => message.attachments)) this.putAttachment(view)
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

  /** A turn that runs without being watched: Rust sent a message of this chat by itself. */
  noticeLive() {
    for (const turn of conversations.live) {
      const message = turn.conversationId === this.id && this.find(turn.messageId)
      if (message && !message.isLive && turn.state !== 'done') this.watch(message)
    }
  }

  watch(message: Message) {
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

  #drop() {
    for (const id of [...this.#watches.keys()]) this.#unwatch(id)
    this.#arrived = []
  }

  /** The thread as Rust has it. */
  #take(detail: ConversationDetail) {
    if (this.#isClosed) return
    this.#drop()
    conversations.put(detail.conversation)
    this.filesBehind = detail.filesBehind
    this.messages = detail.messages.map((view) => new Message(view))
    for (const message of this.messages) if (message.isLive) this.watch(message)
    this.editing = this.find(detail.editing ?? 0) ?? null
  }

  #show(messages: Message[], sent: Message) {
    this.messages = messages
    this.at = null
    this.sends++
    this.watch(sent)
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
