// A message that is being written: its words, its files, and where it will go. The library has it a quarter of a second
// later, so that leaving, a reload, a restart or a crash loses none. A file that is still being read when the person goes
// elsewhere stays with the message that it was dropped on.
import * as ipc from '../ipc'
import type { AttachmentView, DraftPlace, DraftView, ErrorCard, FilmSource, Parameters } from '../ipc'
import { words } from '../words'

/** Milliseconds that the library may be behind. */
const BEHIND = 250

/** Characters: a longer text makes the box slow, and is put back into it no more. */
const LONGEST_IN_BOX = 200_000

export class Draft {
  /** Null for a chat that begins with this message. */
  conversation = $state<number | null>(null)
  /** The question that it takes the place of. */
  readonly insteadOf: number | null
  text = $state('')
  /** What a chat that begins with it is asked with, where that was chosen. */
  model = $state<string | null>(null)
  parameters = $state.raw<Parameters | null>(null)
  /** Models that are asked besides the chat's own. */
  beside = $state.raw<readonly string[]>([])
  /** What it begins with. */
  preset = $state<number | null>(null)
  /** The video that the next one is made from. */
  film = $state.raw<FilmSource | null>(null)
  files = $state.raw<AttachmentView[]>([])
  /** Names of the files that are being read: nothing is sent before they are there. */
  reading = $state.raw<readonly string[]>([])
  /** What stands against sending the files. */
  obstacle = $state.raw<ErrorCard | null>(null)
  /** Why the last file was not taken, or the words are not kept. */
  refusal = $state.raw<ErrorCard | null>(null)
  /** The text that became a file for its length, as long as it can be put into the box. */
  pasted = $state.raw<{ file: number; text: string } | null>(null)
  /** Ends once what was kept is here. */
  readonly ready: Promise<void>

  #isHere = () => {}
  #isLoaded = false
  #isTouched = false
  #isChosen = false
  #isFilmChosen = false
  #isStale = false
  /** Sent in the place of its question, or given up. */
  #isOver = false
  #unsaved: ErrorCard | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  /** What is written to the library goes there in order. */
  #last: Promise<unknown> = Promise.resolve()
  #asked = 0
  #newest: Promise<void> = Promise.resolve()
  #modelAsked: string | null = null
  #projectAsked: number | null = null
  #largest = Infinity

  constructor(conversation: number | null, insteadOf: number | null, text = '') {
    this.conversation = conversation
    this.insteadOf = insteadOf
    this.text = text
    this.ready = new Promise((resolve) => (this.#isHere = resolve))
  }

  get place(): DraftPlace {
    return { conversationId: this.conversation, insteadOf: this.insteadOf }
  }

  get card(): ErrorCard | null {
    return this.refusal ?? this.obstacle
  }

  /** The library did not take the words, for what it says itself: then it takes no question either. */
  get isRefusedByDisk() {
    return this.#unsaved?.code === 'storage_failed'
  }

  get ids(): number[] {
    return this.files.map((file) => file.id)
  }

  /** Nothing of it is on its way to the library or from the disk. */
  get isAtRest() {
    return !this.#isStale && this.reading.length === 0 && this.refusal === null
  }

  is(conversation: number | null, insteadOf: number | null) {
    return this.conversation === conversation && this.insteadOf === insteadOf
  }

  write(text: string) {
    this.text = text
    this.#isTouched = true
    this.#saveSoon()
  }

  choose(model: string | null, parameters: Parameters | null = this.parameters, preset: number | null = this.preset) {
    this.model = model
    this.parameters = parameters
    this.preset = preset
    this.#isChosen = true
    this.#saveSoon()
  }

  makeFrom(film: FilmSource | null) {
    this.film = film
    this.#isFilmChosen = true
    this.#saveSoon()
  }

  /** The chat is there: the library has given it this draft. */
  moveTo(conversation: number) {
    this.conversation = conversation
    this.model = null
    this.parameters = null
    this.preset = null
  }

  #saveSoon() {
    this.#isStale = true
    this.#timer ??= setTimeout(() => void this.flush(), BEHIND)
  }

  /** Has the library keep it now. */
  flush(): Promise<unknown> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    return this.inTurn(async () => {
      // Before what was kept is here, it would be overwritten.
      if (!this.#isStale || !this.#isLoaded || this.#isOver) return
      this.#isStale = false
      const { text, model, parameters, preset, film } = this
      try {
        await ipc.saveDraft(this.place, { text, model, parameters, preset, film })
        if (this.refusal === this.#unsaved) this.refusal = null
        this.#unsaved = null
      } catch (e) {
        this.#isStale = true
        const card = ipc.asCard(e)
        if (this.#unsaved?.code !== card.code) this.refusal = this.#unsaved = card
      }
    })
  }

  /** After all that is on its way to the library. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }

  /** Asks what is kept, and what stands against sending its files to this model, or those of the project in which the chat begins. */
  load(model: string | null = this.#modelAsked, project: number | null = this.#projectAsked): Promise<void> {
    this.#modelAsked = model
    this.#projectAsked = project
    return (this.#newest = this.#ask(++this.#asked, this.place, model, project))
  }

  async #ask(asked: number, place: DraftPlace, model: string | null, project: number | null): Promise<void> {
    try {
      const view = await ipc.draft(place, model, project)
      if (asked !== this.#asked) return this.#newest
      this.files = view.attachments
      this.obstacle = view.card
      this.#largest = view.largest
      if (!this.#isLoaded) this.#restore(view)
    } catch (e) {
      if (asked !== this.#asked) return this.#newest
      this.refusal = ipc.asCard(e)
    }
    this.#isHere()
  }

  /** What was typed or chosen before this came stays. */
  #restore({ text, model, parameters, preset, film }: DraftView) {
    this.#isLoaded = true
    if (!this.#isTouched) this.text = text ?? this.text
    else if (this.insteadOf === null) this.text = (text ?? '') + this.text
    if (!this.#isChosen) [this.model, this.parameters, this.preset] = [model, parameters, preset]
    if (!this.#isFilmChosen) this.film = film
    // That an edit is under way is kept at once.
    if (this.insteadOf !== null && text === null) this.#isStale = true
    if (this.#isStale) void this.flush()
  }

  /** Files as they were chosen, dropped or pasted; of a folder only the name is known. */
  async add(files: readonly File[], folders: readonly string[] = []) {
    this.refusal = null
    const names = files.map((file) => file.name)
    this.reading = [...this.reading, ...names]
    for (const name of folders) await this.#take(ipc.refuseFile(name, 'folder'))
    for (const [index, file] of files.entries()) {
      await this.#take(this.#bring(file))
      await this.load()
      this.#hasRead(names[index] as string)
    }
  }

  async #bring(file: File) {
    if (file.size > this.#largest) return ipc.refuseFile(file.name, String(file.size))
    const bytes = await file.arrayBuffer().catch(() => null)
    if (bytes === null) return ipc.refuseFile(file.name, 'unreadable')
    return this.#keep(() => ipc.addAttachment(this.place, file.name, bytes))
  }

  /** What is given up takes no more files. */
  #keep(add: () => Promise<AttachmentView | null>) {
    return this.inTurn(async () => (this.#isOver ? null : add()))
  }

  #hasRead(name: string) {
    const at = this.reading.indexOf(name)
    this.reading = this.reading.filter((_, index) => index !== at)
  }

  /** The picture that the clipboard holds and the page was not told of; its name, or null where there is none. */
  async pastePicture(): Promise<string | null> {
    this.refusal = null
    const taken = this.files.map((file) => file.name)
    let number = 1
    while (taken.includes(words.attachments.pastedImage(number))) number++
    const name = words.attachments.pastedImage(number)
    this.reading = [...this.reading, name]
    const added = this.#keep(() => ipc.pastePicture(this.place, name))
    await this.#take(added)
    const file = await added.catch(() => null)
    if (file) await this.load()
    this.#hasRead(name)
    return file ? name : null
  }

  /** Something that an answer made goes along. */
  async useMedia(id: number): Promise<boolean> {
    this.refusal = null
    const added = this.#keep(() => ipc.useMedia(id, this.place))
    await this.#take(added)
    await this.load()
    return (await added.catch(() => null)) !== null
  }

  /** Text that is too long for the box becomes a file. */
  async attachText(text: string): Promise<string> {
    this.refusal = null
    const isPasted = (file: AttachmentView) => file.name.startsWith(words.attachments.pasted)
    const name = words.attachments.pastedName(this.files.filter(isPasted).length + 1)
    this.reading = [...this.reading, name]
    const added = this.#keep(() => ipc.addPastedText(this.place, name, new TextEncoder().encode(text)))
    await this.#take(added)
    await this.load()
    const file = await added.catch(() => null)
    if (file && text.length <= LONGEST_IN_BOX) this.pasted = { file: file.id, text }
    this.#hasRead(name)
    return name
  }

  /** Takes back that it became a file. */
  async putIntoBox() {
    const { pasted } = this
    if (!pasted) return
    this.pasted = null
    this.write(this.text === '' ? pasted.text : `${this.text}\n${pasted.text}`)
    await this.#take(ipc.removeAttachment(pasted.file))
    await this.load()
  }

  async remove(file: AttachmentView) {
    if (this.pasted?.file === file.id) this.pasted = null
    await this.#take(ipc.removeAttachment(file.id))
    await this.load()
  }

  async include(file: AttachmentView, on: boolean) {
    await this.#take(ipc.includeAttachment(file.id, on))
    await this.load()
  }

  /** Who sends has seen why a file was not taken: what is said of the sending must not stand behind that. */
  forgetRefusal() {
    if (this.refusal !== this.#unsaved) this.refusal = null
  }

  /** These words and files are a message now; what was written meanwhile is the next one. */
  sent(text: string, ids: readonly number[]) {
    this.#isOver = this.insteadOf !== null
    this.pasted = null
    this.beside = []
    this.film = null
    this.refusal = null
    this.obstacle = null
    this.files = this.files.filter((file) => !ids.includes(file.id))
    // What was typed behind it meanwhile is the next one.
    if (this.text.startsWith(text)) this.text = this.text.slice(text.length)
    this.#isStale = this.text !== ''
    if (this.#isStale) void this.flush()
    if (!this.#isOver) void this.load()
  }

  /** Nothing of it is kept from here on. */
  end() {
    this.#isOver = true
    clearTimeout(this.#timer)
  }

  /** An edit is given up, with the files that came with it. */
  async discard() {
    this.end()
    await this.#take(this.inTurn(() => ipc.discardDraft(this.place)))
  }

  async #take(done: Promise<unknown>) {
    try {
      await done
    } catch (e) {
      this.refusal = ipc.asCard(e)
    }
  }
}

/** One object for each place, for as long as something of it is in the window. */
class Drafts {
  #all = new Set<Draft>()

  at(conversation: number | null, insteadOf: number | null = null, text = ''): Draft {
    const known = [...this.#all].find((draft) => draft.is(conversation, insteadOf))
    const draft = known ?? new Draft(conversation, insteadOf, text)
    this.#all.add(draft)
    return draft
  }

  /** The library has it all, or it is over. */
  drop(draft: Draft) {
    this.#all.delete(draft)
  }

  async flush() {
    await Promise.all([...this.#all].map((draft) => draft.flush()))
  }

  /** A chat was deleted, and what was being written in it. */
  forget(conversation: number) {
    for (const draft of this.#all) {
      if (draft.conversation !== conversation) continue
      draft.end()
      this.#all.delete(draft)
    }
  }
}

export const drafts = new Drafts()
