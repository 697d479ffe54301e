// One conversation: its messages, of which only those near the place where it is read are here, the watches on the answers that
// are under way, and which version of each is shown. Several may live side by side. Closing one drops its watches; the turns go on in Rust and are picked up again by the next.
import * as ipc from '../ipc'
import type { AttachmentView, ConversationDetail, ErrorCard, MessageNews, MessageView, ReadingPlace, Sent, TurnUpdate } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chargeText } from './charge'
import { conversations } from './conversations.svelte'
import { onceAFrame } from './frames'
import { Message } from './message.svelte'
import { models } from './models.svelte'
import { notices } from './notices.svelte'

/** Messages that are asked for at once. */
const PART = 60
/** Of more, the farthest are let go. */
export const MOST = 140
/** So many on each side of those in sight stay. */
const NEAR = 48
/** Pixels above a message to which a person was led. */
const AIR = 20
/** Milliseconds until a place counts as one where somebody reads. */
const STILL = 400

/** Where a thread is shown: what stands at the top of the view. */
export type At = ReadingPlace & { /** The heading of the message that is meant, from 0. */ heading?: number }

export class Thread {
  /** Null for a chat that has not been sent yet. */
  id = $state<number | null>(null)
  /** Changed in their places: of a long chat a copy for each part that comes would be most of what that part takes. */
  #messages: (Message | undefined)[] = []
  #changes = $state(0)
  /** Those that are here, in their order. */
  readonly loaded: readonly Message[] = $derived(this.messages.filter((message) => message !== undefined))
  /** Answers that stand side by side in the last place, in their order; one of them is the message there. */
  compared = $state.raw<readonly Message[]>([])
  readonly liveMessage: Message | undefined = $derived(this.loaded.findLast((message) => message.isLive) ?? this.compared.find((message) => message.isLive))
  loading = $state(false)
  /** Files of the earlier chat that this one goes on from, which stay there. */
  filesBehind = $state(0)
  /** Why the chat could not be opened. */
  card = $state.raw<ErrorCard | null>(null)
  /** The message that is being changed, or whose next version is being written, as the library has it. */
  editing: Message | null = null
  /** What is shown, rather than the end. */
  at = $state.raw<At | null>(null)
  /** Is told of an answer that has ended while it was watched. */
  onEnded: ((answer: Message) => void) | null = null
  /** Counts the messages sent, after each of which its end is shown. */
  sends = $state(0)
  /** Counts how often other messages came into the places of these, or after them. */
  way = $state(0)
  #isClosed = false
  /** The way whose messages are asked for. */
  #asked: number | null = null
  #reading: ReadingPlace | null | undefined
  #stillness: ReturnType<typeof setTimeout> | undefined
  #watches = new Map<number, () => void>()
  #arrived: [Message, TurnUpdate][] = []
  #applySoon = onceAFrame(() => this.#apply())

  constructor(id: number | null) {
    this.id = id
  }

  /** Each at its place; one that is not here has none. */
  get messages(): readonly (Message | undefined)[] {
    void this.#changes
    return this.#messages
  }

  set messages(messages: (Message | undefined)[]) {
    this.#messages = messages
    this.#changes++
  }

  get conversation() {
    return conversations.find(this.id)
  }

  /** All that are under way: more than one only side by side. */
  get live(): Message[] {
    const { liveMessage } = this
    const beside = this.compared.filter((message) => message.isLive)
    return beside.length > 0 ? beside : liveMessage ? [liveMessage] : []
  }

  find(messageId: number) {
    return this.loaded.find((message) => message.id === messageId) ?? this.compared.find((message) => message.id === messageId)
  }

  /** It is on the page as it is, and no other took its place. */
  shows(message: Message) {
    return this.messages.includes(message) || this.compared.includes(message)
  }

  /** The question that an answer belongs to. */
  questionOf(answer: Message): Message | undefined {
    return this.loaded.findLast((message) => message.role === 'user' && message.place < answer.place)
  }

  async open(messageId: number | null = null) {
    const { id } = this
    if (id === null) return
    this.loading = this.messages.length === 0
    try {
      const detail = await ipc.openConversation(id, messageId)
      this.#take(detail)
      if (messageId === null) this.at = detail.at
    } catch (e) {
      this.card = ipc.asCard(e)
    }
    this.loading = false
  }

  /** Opens at this message, also where it stands in a version that is not shown. */
  async showAt(messageId: number, heading?: number) {
    if (!this.find(messageId)) await this.open(messageId)
    this.at = { messageId, above: -AIR, ...(heading === undefined ? {} : { heading }) }
  }

  /** The messages from one place to another, as far as they are not here yet. */
  async load(first: number, last: number) {
    const { id } = this
    if (id === null || this.#asked === this.way || this.#isClosed) return
    while (first <= last && this.messages[first]) first++
    while (last >= first && this.messages[last]) last--
    if (first > last) return
    const way = this.way
    this.#asked = way
    // An answer comes with its question.
    const from = first - (first % 2)
    const views = await ipc.threadPart(id, from, Math.min(last - from + 1, PART)).catch((e: unknown) => notices.refuse(ipc.asCard(e)))
    if (this.#asked === way) this.#asked = null
    if (!views || this.#isClosed || way !== this.way) return
    const news = views.filter((view) => !this.messages[view.place])
    // Where nothing came, asking once more would bring nothing either.
    if (news.length === 0) return
    for (const view of news) this.#messages[view.place] = this.#made(view)
    this.#changes++
  }

  /** Those far from these places go; what is under way, edited or last stays. */
  letGo(first: number, last: number) {
    if (this.loaded.length <= MOST) return
    const isFar = ({ place }: Message) => place < first - NEAR || place > last + NEAR
    const mayGo = (message: Message) => !message.isLive && message !== this.editing && message.place < this.#messages.length - 2
    const gone = this.loaded.filter((message) => isFar(message) && mayGo(message))
    // Where many small ones are in sight, none is far.
    if (gone.length === 0) return
    for (const { place } of gone) this.#messages[place] = undefined
    this.#changes++
  }

  /** Where it is being read, kept once that stays the same for a moment; null: at its end. */
  keepPlace(at: ReadingPlace | null) {
    if (at?.messageId === this.#reading?.messageId && at?.above === this.#reading?.above) return
    this.#reading = at
    clearTimeout(this.#stillness)
    this.#stillness = setTimeout(() => this.#savePlace(), STILL)
  }

  #savePlace() {
    if (this.#stillness === undefined || this.id === null || this.#reading === undefined) return
    clearTimeout(this.#stillness)
    this.#stillness = undefined
    // One of a chat that is gone by now is nobody's.
    ipc.keepReadingPlace(this.id, this.#reading).catch(() => {})
  }

  /** Shows the way through another message of the same place; the view stays where it is. */
  async choose(messageId: number) {
    this.#take(await ipc.chooseBranch(messageId))
  }

  close() {
    this.#savePlace()
    this.#isClosed = true
    this.#drop()
  }

  /** The thread as an act has made it, from its question on. */
  turn(detail: ConversationDetail) {
    this.#take(detail)
    const question = this.messages.findLast((message) => message?.role === 'user')
    this.at = question ? { messageId: question.id, above: -AIR } : null
    this.sends++
  }

  /** A question and its answer, at the end or in the place of an edited one, which is returned where more went out of sight. */
  add(sent: Sent, insteadOf: number | null): Message | undefined {
    const { place } = sent.question
    const old = this.find(insteadOf ?? 0)
    // Its own answer is expected to go with it.
    const hidden = this.messages.length > place + 2 ? old : undefined
    const answer = new Message(sent.answer)
    this.#show([...this.messages.slice(0, place), new Message(sent.question), answer], answer)
    return hidden
  }

  /** A resend fills the same answer again, or starts another in its place. The old one is returned where more went out of sight. */
  replace(old: Message, view: MessageView): Message | undefined {
    this.#unwatch(old.id)
    const fresh = new Message(view)
    if (this.compared.includes(old)) {
      this.compared = this.compared.map((message) => (message === old ? fresh : message))
      // A new one is also the thread's from then on.
      if (view.id !== old.id || this.messages[view.place] === old) this.#put(fresh)
      this.watch(fresh)
      return
    }
    const later = this.messages.slice(view.place + 1)
    const isSame = view.id === old.id
    this.#show([...this.messages.slice(0, view.place), fresh, ...(isSame ? later : [])], fresh)
    return !isSame && later.length > 0 ? old : undefined
  }

  /** The same message, changed in its place. */
  put(view: MessageView) {
    const old = this.find(view.id)
    if (this.#isClosed || !old) return
    const fresh = this.#made(view)
    if (this.compared.includes(old)) this.compared = this.compared.map((message) => (message === old ? fresh : message))
    if (this.messages[view.place]?.id === view.id) this.#put(fresh)
  }

  #put(message: Message) {
    this.#messages[message.place] = message
    this.way++
    this.#changes++
  }

  /** A file of a message was changed: left out, taken in again, made smaller. */
  putAttachment(view: AttachmentView) {
    const message = this.find(view.messageId ?? 0)
    if (message) message.attachments = message.attachments.map((each) => (each.id === view.id ? view : each))
  }

  /** After a change to several at once. */
  async reloadAttachments() {
    const { id } = this
    if (id === null) return
    const withFiles = this.loaded.filter((message) => message.attachments.length > 0)
    const parts = await Promise.all(withFiles.map(({ place }) => ipc.threadPart(id, place, 1)))
    for (const view of parts.flat().flatMap((message) => message.attachments)) this.putAttachment(view)
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
    const messages: (Message | undefined)[] = new Array(detail.count)
    for (const view of detail.messages) messages[view.place] = this.#made(view)
    this.way++
    this.messages = messages
    this.compared = detail.compared.map((view) => (messages[view.place]?.id === view.id ? messages[view.place] as Message : this.#made(view)))
    this.editing = this.find(detail.editing ?? 0) ?? null
  }

  #made(view: MessageView): Message {
    const message = new Message(view)
    if (message.isLive) this.watch(message)
    return message
  }

  #show(messages: (Message | undefined)[], sent: Message) {
    this.way++
    this.messages = messages
    this.compared = []
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
      const isFirst = !this.compared.some((other) => other !== message && other.status.firstTextAt !== null)
      if (before.firstTextAt === null && firstTextAt !== null && message.isLive && isFirst) announcer.hear(words.chat.started)
      if (before.state !== state && !message.isLive) {
        if (!message.card) announcer.hear(this.#ended(message))
        if (this.find(message.id) !== message) continue
        this.#unwatch(message.id)
        if (!this.liveMessage) this.onEnded?.(message)
      }
    }
  }

  /** How it is told that an answer has ended. */
  #ended(message: Message): string {
    const { compared } = this
    if (!compared.includes(message)) return words.chat.finished
    const left = compared.filter((other) => other.isLive).length
    return left === 0 ? words.compare.allEnded(compared.length) : words.compare.ended(models.name(message.status.model), left)
  }
}
