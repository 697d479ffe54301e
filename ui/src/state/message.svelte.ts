// One question or answer as the window shows it. Rust owns its words; updates arrive here once a frame.
import type { ErrorCard, MessageState, MessageStatus, MessageView, TurnUpdate } from '../ipc'
import { Content } from './content'

export const underWay: readonly MessageState[] = ['queued', 'retrying', 'streaming']

export class Message {
  readonly id: number
  readonly conversationId: number
  readonly role: MessageView['role']
  readonly text: string
  readonly createdAt: number
  /** How many messages of the thread stand before it. */
  readonly place: number
  /** Which of the messages in its place this is, where there are several. */
  readonly branch: MessageView['branch']
  /** It stands there without its words. */
  readonly deleted: MessageView['deleted']
  attachments = $state.raw<MessageView['attachments']>([])
  /** What an answer says, and what was thought before it. */
  readonly content: Content
  hasText = $state(false)
  hasReasoning = $state(false)
  status = $state.raw<MessageStatus>() as MessageStatus
  /** The card came while the person was looking on, so a screen reader is told of it. */
  isCardNew = $state(false)
  /** How long the reasoning took, where it was watched. */
  thoughtFor = $state<number | null>(null)
  #thinkingSince: number | null = null
  #hidden = $state.raw<ErrorCard | null>(null)

  constructor(view: MessageView) {
    this.id = view.id
    this.conversationId = view.conversationId
    this.role = view.role
    this.text = view.text
    this.createdAt = view.createdAt
    this.place = view.place
    this.branch = view.branch
    this.deleted = view.deleted
    this.attachments = view.attachments
    this.content = new Content(view.blocks, view.reasoning)
    this.status = view.status
    this.#look()
  }

  get isLive() {
    return underWay.includes(this.status.state)
  }

  get card(): ErrorCard | null {
    const card = this.status.card
    return card && this.#hidden && card.code === this.#hidden.code && card.at === this.#hidden.at ? null : card
  }

  hideCard() {
    this.#hidden = this.status.card
  }

  apply(update: TurnUpdate) {
    switch (update.type) {
      case 'snapshot':
        this.content.replace(update.message.blocks, update.last, update.message.reasoning)
        this.#look()
        this.#setStatus(update.message.status)
        break
      case 'text':
        this.content.grow(update, update.reasoning)
        this.#look()
        this.#timeThinking()
        break
      case 'status':
        this.#setStatus(update.status)
        break
    }
  }

  #look() {
    this.hasText = this.content.hasText
    this.hasReasoning = this.content.hasReasoning
  }

  #timeThinking() {
    if (!this.hasReasoning || this.thoughtFor !== null) return
    this.#thinkingSince ??= this.status.firstTextAt ?? Date.now()
    if (this.hasText) this.thoughtFor = Date.now() - this.#thinkingSince
  }

  #setStatus(status: MessageStatus) {
    const known = this.status.card
    const isOther = status.card && (status.card.code !== known?.code || status.card.at !== known?.at)
    if (isOther && this.isLive) this.isCardNew = true
    this.status = status
  }
}
