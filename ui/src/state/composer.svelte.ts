// Where a message is written: its draft with the files, what it is asked with and costs, and why it was refused. It writes
// for the thread that it is given; several may live side by side.
import { untrack } from 'svelte'
import * as ipc from '../ipc'
import type { DeclaredParameter, ErrorCard, FilmHow, FilmSource, Idea, Parameters, ProjectView, PromptView } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { balance } from './balance.svelte'
import { consent } from './consent.svelte'
import { conversations } from './conversations.svelte'
import { Cost } from './cost.svelte'
import { type Draft, drafts } from './draft.svelte'
import { Insertion } from './insertion.svelte'
import type { Message } from './message.svelte'
import { models } from './models.svelte'
import { projects } from './projects.svelte'
import { prompts } from './prompts.svelte'
import { withQuote } from './quote'
import { settings } from './settings.svelte'
import type { Thread } from './thread.svelte'

const ideas: readonly Idea[] = ['search', 'effort', 'shape', 'length']

/** Of two about effort, the one that says how much before the one that only turns it on. */
const efforts: readonly string[] = ['enable_thinking', 'thinking_budget', 'effort', 'thinking_level', 'output_effort', 'reasoning_effort']

/** Beside the chat's own. */
const MOST_BESIDE = 3

export class Composer {
  thread = $state.raw<Thread>() as Thread
  /** The message that is being written. */
  draft = $state.raw<Draft>() as Draft
  sending = $state(false)
  /** The message goes out once the answer under way is there. */
  waiting = $state(false)
  /** Why the message could not be sent. */
  refusal = $state.raw<ErrorCard | null>(null)
  /** The answer that could not be asked for again, where that is what the refusal is about. */
  refusedId = $state<number | null>(null)
  /** Counts the wishes to have the cursor here. */
  focusWishes = $state(0)
  /** Words that wait to be put where the cursor is: only the box knows where. */
  quoted = $state<string | null>(null)
  readonly cost = new Cost()
  /** The snippet that is being put into the message. */
  readonly insertion = new Insertion(() => prompts.snippets)
  #isLive = $derived(this.thread.liveMessage !== undefined)
  /** What was pressed when that was refused. */
  #refused: () => Promise<unknown> = () => this.send()
  #onHidden: (question: Message) => void

  /** `onHidden` is told of the question whose later messages a new version of it has put out of sight. */
  constructor(thread: Thread, onHidden: (question: Message) => void = () => {}) {
    this.thread = thread
    this.draft = drafts.at(thread.id)
    this.#onHidden = onHidden
    this.#listen()
  }

  get model(): string | null {
    return this.thread.conversation?.model || (this.draft.model ?? projects.current?.model ?? settings.view.defaultModel ?? models.usual(conversations.models))
  }

  /** Models that answer beside the chat's own. */
  get beside(): readonly string[] {
    return this.draft.beside.filter((id) => id !== this.model)
  }

  /** All that the message goes to, the chat's own first. */
  get asked(): readonly string[] {
    return this.model === null ? [] : [this.model, ...this.beside]
  }

  /** The video that the message makes another one from: by the model that made it, and by that alone. */
  get film(): FilmSource | null {
    const { film } = this.draft
    const model = film === null ? undefined : this.thread.find(film.messageId)?.status.model
    return this.beside.length > 0 || (model !== undefined && model !== this.model) ? null : film
  }

  /** Video models are sent less than others: there is something that stays behind. */
  get isAlone(): boolean {
    const hasMore = this.thread.messages.length > 0 || (this.project?.files ?? 0) > 0 || (this.parameters.system ?? '') !== ''
    return models.isFilm(this.model) && hasMore
  }

  async makeFrom(messageId: number, how: FilmHow) {
    const model = this.thread.find(messageId)?.status.model
    if (model !== undefined && model !== this.model) await this.chooseModel(model)
    this.draft.makeFrom({ messageId, how })
    announcer.hear(words.chat.film.from[how])
    this.focusWishes++
  }

  /** Asks this model, too, or no longer. */
  toggleBeside(model: string) {
    const { beside } = this
    if (model === this.model) return
    if (beside.includes(model)) this.draft.beside = beside.filter((id) => id !== model)
    else if (beside.length < MOST_BESIDE) this.draft.beside = [...beside, model]
    else announcer.say(words.compare.full)
  }

  /** The project that the chat is in, or begins in. */
  get project(): ProjectView | undefined {
    return this.thread.id === null ? projects.current : projects.find(this.thread.conversation?.projectId ?? null)
  }

  /** What the chat began with, or begins with. */
  get preset(): PromptView | undefined {
    return prompts.find(this.thread.id === null ? this.draft.preset : (this.thread.conversation?.presetId ?? null))
  }

  /** Of a chat that begins with this message: one that is there knows its own. */
  get beginsIn(): number | null {
    return this.thread.id === null ? (projects.current?.id ?? null) : null
  }

  get parameters(): Parameters {
    return this.thread.conversation?.parameters ?? this.draft.parameters ?? this.#ofProject ?? this.#ofNew
  }

  /** What new chats with the model begin with. */
  get #ofNew(): Parameters {
    const { defaultParameters } = settings.view
    return { ...defaultParameters, declared: { ...defaultParameters.declared, ...this.keptForModel } }
  }

  /** Of those that the model declares. */
  get keptForModel(): Parameters['declared'] {
    return settings.view.modelParameters[this.model?.toLowerCase() ?? ''] ?? {}
  }

  /** What a chat of the project begins with; its budget is not one chat's. */
  get #ofProject(): Parameters | null {
    const project = projects.current
    if (!project) return null
    return { ...project.parameters, budget: null, declared: { ...this.keptForModel, ...project.parameters.declared } }
  }

  /** The question that is edited brings its files along: they alone are a message, too. */
  get hasFiles(): boolean {
    const { files, insteadOf } = this.draft
    const edited = insteadOf === null ? undefined : this.thread.find(insteadOf)
    return files.some((file) => !file.leftOut) || (edited?.attachments.some((file) => !file.leftOut) ?? false)
  }

  /** The one rule for every way of sending. */
  get canSend(): boolean {
    return this.#isWhole && !this.#isLive
  }

  /** It may wait for the end of the answer under way. An edited question belongs before that answer. */
  get canWait(): boolean {
    const isPlain = this.draft.insteadOf === null && this.beside.length === 0 && this.thread.compared.length === 0
    return this.#isWhole && this.#isLive && !this.waiting && isPlain
  }

  get #isWhole(): boolean {
    const { text, reading, obstacle } = this.draft
    const isEmpty = text.trim() === '' && !this.hasFiles
    return !isEmpty && reading.length === 0 && obstacle === null && !this.thread.loading
  }

  /** Which files of the project go along: they change on its page, too. */
  readonly #along = $derived(this.project && `${this.project.id} ${this.project.files} ${this.project.fileBytes}`)

  /** What the price is of, as text: Rust reads the whole chat for it, which no news of the list of chats is a reason for. */
  readonly #priced = $derived.by(() => {
    const { way, conversation } = this.thread
    return JSON.stringify([way, conversation?.sentFrom, conversation?.summary, conversation?.summaryIsOwn, conversation?.saved, this.asked, this.parameters, this.#along])
  })

  /** Where it is shown: its draft and what it costs follow what they depend on. */
  keepUp() {
    $effect(() => {
      void this.#along
      void this.draft.load(this.model, this.beginsIn)
    })
    // An answer under way is not counted with each of its words: nothing is sent before its end.
    $effect(() => {
      void [this.#priced, this.draft.files, models.view, settings.view.cacheChats]
      const { conversation, insteadOf } = this.draft
      if (!this.#isLive && !this.thread.loading) untrack(() => void this.cost.setContext(conversation, insteadOf, this.asked, this.parameters, this.beginsIn))
    })
    $effect(() => {
      // The worth of a point may have been learned, and what there is of them changes.
      void [balance.view, settings.view.dailyLimit]
      const { text } = this.draft
      untrack(() => void this.cost.estimate(text))
    })
    // When the model's host keeps nothing of it any longer, it costs more.
    $effect(() => {
      const until = this.cost.now?.cache?.until ?? null
      if (until === null) return
      const timer = setTimeout(() => void this.cost.estimate(this.draft.text), Math.max(0, until - Date.now()) + 100)
      return () => clearTimeout(timer)
    })
  }

  /** From here on it writes for this thread. What waits stays a draft: nothing is sent in a chat that nobody sees. */
  moveTo(thread: Thread) {
    if (this.waiting) announcer.say(words.chat.stillDraft)
    this.waiting = false
    this.thread.onEnded = null
    this.thread = thread
    this.#listen()
    this.refusal = null
    this.#show(drafts.at(thread.id))
    this.focusWishes++
  }

  /** Who writes on has not finished: what waited is to be sent by another press. */
  write(text: string) {
    this.waiting = false
    this.refusal = null
    this.draft.write(text)
  }

  /** Takes a question up again; sent, it stands beside the old one. What was being written waits meanwhile. */
  edit(questionId: number) {
    const question = this.thread.find(questionId)
    if (!question || question.deleted !== null || this.thread.liveMessage) return
    this.refusal = null
    this.#show(drafts.at(question.conversationId, questionId, question.text))
    this.focusWishes++
  }

  /** What was being written before is there again. */
  stopEditing() {
    const edit = this.draft
    if (edit.insteadOf === null) return
    this.refusal = null
    this.#show(drafts.at(this.thread.id))
    drafts.drop(edit)
    void edit.discard()
    this.focusWishes++
  }

  /** The thread was read anew, and with it which of its questions is being edited. */
  resume() {
    const { id, editing } = this.thread
    if (editing?.role === 'user') this.#show(drafts.at(id, editing.id, editing.text))
    else if (this.draft.insteadOf !== null) this.#show(drafts.at(id))
  }

  /** What was shown before is kept. */
  #show(draft: Draft) {
    const left = this.draft
    this.draft = draft
    if (left === draft) return
    this.insertion.close()
    void left.flush().then(() => {
      if (this.draft !== left && left.isAtRest) drafts.drop(left)
    })
  }

  /** For the message that was being written when the files were chosen, whichever is shown when they are there. */
  async attach(draft: Draft, files: readonly File[], folders: readonly string[] = []) {
    this.waiting = false
    await draft.add(files, folders)
    const last = draft.files.at(-1)
    if (last && !draft.card) this.#tellAttached(draft, last.name)
  }

  /** Text that is too long for the box becomes a file. */
  async attachText(draft: Draft, text: string) {
    this.waiting = false
    const name = await draft.attachText(text)
    if (!draft.refusal) this.#tellAttached(draft, name)
  }

  /** Where a paste brought nothing: WebKitGTK tells the page of no picture that has no text beside it. */
  async attachPicture(draft: Draft) {
    this.waiting = false
    const name = await draft.pastePicture()
    if (name !== null) this.#tellAttached(draft, name)
  }

  #tellAttached(draft: Draft, name: string) {
    // It is seen above the words.
    if (this.draft === draft) announcer.hear(words.attachments.attached(name))
  }

  /** `overLimit`: once, although a limit of points is reached. */
  async send(overLimit = false) {
    const { draft, model } = this
    const { text, ids, reading, insteadOf } = draft
    this.insertion.close()
    if (reading.length > 0) announcer.say(words.attachments.notYet(reading.length))
    if (this.canWait) {
      this.waiting = true
      announcer.hear(words.chat.waits)
    }
    if (this.sending || !this.canSend) return
    this.sending = true
    this.refusal = null
    draft.forgetRefusal()
    await ipc.attempt(() => this.#sendDraft(draft, text, ids, insteadOf, model, overLimit), (card) => {
      if (this.draft !== draft) draft.refusal = card
      else this.refuse(card)
    })
    this.sending = false
    // A question to the person has it.
    if (!consent.asked) this.focusWishes++
  }

  #listen() {
    this.thread.onEnded = (answer) => {
      if (!this.waiting) return
      this.waiting = false
      // A card asks for something that comes first.
      if (answer.status.state === 'done' && !answer.card) void this.send()
      else announcer.say(words.chat.stillDraft)
    }
  }

  /** It stays in its box. */
  stopWaiting() {
    this.waiting = false
    this.focusWishes++
  }

  async #sendDraft(draft: Draft, text: string, ids: number[], insteadOf: number | null, model: string | null, overLimit: boolean) {
    await draft.ready
    // Nobody has seen what was kept and came just now.
    if (draft.text !== text) return
    await draft.flush()
    // Its card is there, and the message stays in its field: nothing of it goes out later by itself.
    if (draft.isRefusedByDisk) return
    const from = draft.conversation
    const { beside } = this
    if (beside.length > 0) return this.#compare(draft, text, ids, [...beside], overLimit)
    const sent = await draft.inTurn(() => (from === null ? this.#begin(draft, text, ids, model) : ipc.send(from, text, insteadOf, ids, this.film)))
    const id = sent.question.conversationId
    draft.sent(text, ids)
    if (from === null && this.draft === draft) this.thread.id = id
    if (insteadOf !== null) drafts.drop(draft)
    if (this.thread.id !== id) return
    if (insteadOf !== null && this.draft === draft) this.#show(drafts.at(id))
    const hidden = this.thread.add(sent, insteadOf)
    if (hidden) this.#onHidden(hidden)
  }

  /** The same of several models: the thread comes back with their answers side by side. */
  async #compare(draft: Draft, text: string, ids: number[], beside: string[], overLimit: boolean) {
    const { conversation: from, insteadOf } = draft
    const detail = await draft.inTurn(() =>
      from === null ? ipc.beginComparison(this.#first(draft, text, ids, this.model), beside, overLimit) : ipc.compare(draft.place, text, ids, beside, overLimit))
    const { id } = detail.conversation
    if (from === null) {
      draft.moveTo(id)
      conversations.put(detail.conversation)
    }
    draft.sent(text, ids)
    if (from === null && this.draft === draft) this.thread.id = id
    if (insteadOf !== null) drafts.drop(draft)
    if (this.thread.id !== id) return
    if (insteadOf !== null && this.draft === draft) this.#show(drafts.at(id))
    const old = this.thread.find(insteadOf ?? 0)
    const hidden = old && this.thread.messages.length > old.place + 2 ? old : undefined
    this.thread.turn(detail)
    if (hidden) this.#onHidden(hidden)
  }

  /** What is edited is changed in its place, and nothing is asked. */
  async saveEdit() {
    const { draft } = this
    const { conversation, insteadOf, text, ids } = draft
    if (insteadOf === null || this.sending || !this.canSend) return
    this.sending = true
    this.refusal = null
    await ipc.attempt(async () => {
      await draft.ready
      const view = await draft.inTurn(() => ipc.editMessage(insteadOf, text, ids))
      draft.sent(text, ids)
      drafts.drop(draft)
      if (this.draft === draft) this.#show(drafts.at(conversation))
      if (this.thread.id === conversation) this.thread.put(view)
      announcer.say(words.chat.changed)
    }, (card) => this.refuse(card, null, () => this.saveEdit()))
    this.sending = false
    this.focusWishes++
  }

  /** Goes where the cursor is in what is being written. */
  quote(text: string) {
    if (text.trim() === '') return
    this.quoted = text
    announcer.hear(words.chat.quoted)
    this.focusWishes++
  }

  /** Gives where the cursor goes. */
  putQuote(at: number): number {
    const { text, cursor } = withQuote(this.draft.text, at, this.quoted ?? '')
    this.quoted = null
    this.write(text)
    return cursor
  }

  async #begin(draft: Draft, text: string, attachments: number[], model: string | null) {
    const { conversation, sent } = await ipc.beginConversation(this.#first(draft, text, attachments, model))
    draft.moveTo(conversation.id)
    conversations.put(conversation)
    return sent
  }

  #first(draft: Draft, text: string, attachments: number[], model: string | null) {
    return { model, parameters: draft.parameters ?? this.#ofProject, text, attachments, projectId: this.beginsIn, presetId: draft.preset }
  }

  refuse(card: ErrorCard, messageId: number | null = null, pressed: () => Promise<unknown> = () => this.send()) {
    if (consent.ask(card, pressed)) return
    this.refusal = card
    this.refusedId = messageId
    this.#refused = pressed
  }

  /** The setting that stood against sending goes back to the model's default; then what was pressed is done. */
  async resetAndSend(setting: string | null) {
    const again = this.#refused
    const { temperature, topP, maxTokens, system, budget, declared } = this.parameters
    const card = await this.changeParameters({
      system,
      temperature: setting === 'temperature' ? null : temperature,
      topP: setting === 'top_p' ? null : topP,
      maxTokens: setting === 'max_tokens' ? null : maxTokens,
      budget: setting === 'budget' ? null : budget,
      declared: Object.fromEntries(Object.entries(declared).filter(([name]) => name !== setting)),
    })
    if (card) return this.refuse(card)
    this.refusal = null
    await again()
  }

  /** A chat that is still to begin begins as this preset says, or as without any. */
  beginWith(preset: PromptView | null) {
    if (preset === null) return this.draft.choose(null, null, null)
    const { model, parameters } = preset
    const kept = settings.view.modelParameters[(model ?? this.model ?? '').toLowerCase()] ?? {}
    this.draft.choose(model, { ...parameters, declared: { ...kept, ...parameters.declared } }, preset.id)
  }

  async chooseModel(model: string) {
    if (this.thread.id === null) this.draft.choose(model)
    else this.refusal = await this.#change(this.thread.id, { model })
  }

  /** Says why not, if the change was refused. */
  async changeParameters(parameters: Parameters): Promise<ErrorCard | null> {
    const { id } = this.thread
    const card = id === null ? null : await this.#change(id, { parameters })
    if (this.thread.id === null) this.draft.choose(this.draft.model, parameters)
    if (!card && this.refusal?.code === 'invalid_input') this.refusal = null
    return card
  }

  /** The model's settings of the most use, one for each idea. */
  get chips(): DeclaredParameter[] {
    const declared = models.declared(this.model)
    const first = ideas.map((idea) => declared.filter((parameter) => parameter.idea === idea && !parameter.unsent).sort((a, b) => efforts.indexOf(b.name) - efforts.indexOf(a.name))[0])
    // A remix is as long and as wide as what it is made from, and so is what goes on from it.
    const { film } = this
    const isSent = (parameter: DeclaredParameter) => film === null || (film.how === 'extend' && parameter.idea === 'length')
    return first.filter((parameter) => parameter !== undefined).filter(isSent)
  }

  /** The model may look on the web for the next answer. */
  get searches(): boolean {
    return this.chips.some((chip) => chip.idea === 'search' && this.declaredText(chip) === 'true')
  }

  /** As its control shows it. */
  declaredText({ name, kind, default: initial }: DeclaredParameter): string {
    return String(this.parameters.declared[name] ?? initial ?? (kind === 'boolean' ? false : ''))
  }

  async changeDeclared(name: string, text: string) {
    const { system, temperature, topP, maxTokens, budget, declared: before } = this.parameters
    const shown = (value: string | number | null) => String(value ?? '')
    const typed = { system: shown(system), temperature: shown(temperature), topP: shown(topP), maxTokens: shown(maxTokens), budget: shown(budget), declared: { [name]: text }, before }
    await ipc.attempt(async () => {
      const { value, ...fields } = await ipc.checkParameters(this.model, typed)
      const found = [...Object.values(fields.declared), fields.temperature.card, fields.topP.card, fields.maxTokens.card].find((card) => card !== null)
      const card = value ? await this.changeParameters(value) : found
      if (card) this.refuse(card)
    }, (card) => this.refuse(card))
  }

  /** What a new chat with the model begins with; says why not, if that was refused. */
  async keepForModel(declared: Parameters['declared']): Promise<ErrorCard | null> {
    const { model } = this
    if (model === null || (await settings.change({ modelParameters: { model, declared } }))) return null
    const { card } = settings
    settings.card = null
    return card
  }

  async #change(id: number, change: { model?: string; parameters?: Parameters }): Promise<ErrorCard | null> {
    let refusal: ErrorCard | null = null
    await ipc.attempt(() => conversations.change(id, change), (card) => (refusal = card))
    return refusal
  }
}
