// The search over all chats: what is looked for, and what is found. While one search runs the next waits, whatever is typed
// meanwhile, and only the last of those is asked; a page that comes late belongs to no other search.
import * as ipc from '../ipc'
import type { ErrorCard, SearchFilter, SearchHit, SearchOrder, SearchReading } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import { marks } from './marks.svelte'
import { route, type View } from './route.svelte'

const everything: SearchFilter = { conversation: null, project: null, model: null, role: null, since: null, until: null, hasFiles: false, points: null }

const DAY = 86_400_000

/** Who types on hears no count in between, */
const SETTLED = 600
/** and is asked for no more than the window shows at first. */
const RESTED = 250
/** Pixels of a find with three lines of its text. */
const ROW = 104

class ChatSearch {
  text = $state('')
  filter = $state.raw<SearchFilter>(everything)
  order = $state<SearchOrder>('newest')
  hits = $state.raw<readonly SearchHit[]>([])
  meant = $state<string | null>(null)
  next = $state<number | null>(null)
  /** How far the chats are read, where they are not yet. */
  reading = $state.raw<SearchReading | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  /** The text that the hits are of. */
  found = $state('')
  /** The hits are those of what is asked now. */
  isCurrent = $state(false)
  /** Counts wishes for the cursor in the field. */
  focusWishes = $state(0)
  /** With what stands in it selected, to be typed over. */
  selects = false
  /** Of the filter's time, how many days up to now; 0 is any. */
  days = $state(0)
  #asked = 0
  #running = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #rest: ReturnType<typeof setTimeout> | undefined
  /** Where the search was begun, to go back to. */
  #from: { view: View; rest: string } | null = null

  get isFiltered() {
    return Object.entries(this.filter).some(([, value]) => value !== null && value !== false)
  }
  get isAsked() {
    return this.text.trim() !== '' || this.isFiltered
  }

  /** The view, with the cursor in its field. */
  open(selects = false) {
    this.selects = selects
    if (route.view !== 'search') {
      this.#from = { view: route.view, rest: route.rest }
      route.go('search')
    }
    this.focusWishes++
  }

  type(text: string) {
    this.text = text
    void this.look()
  }
  choose(change: Partial<SearchFilter>) {
    this.filter = { ...this.filter, ...change }
    void this.look()
  }
  since(days: number) {
    this.days = days
    this.choose({ since: days === 0 ? null : Date.now() - days * DAY })
  }
  chooseAll() {
    this.days = 0
    this.choose(everything)
  }
  sort(order: SearchOrder) {
    this.order = order
    void this.look()
  }

  /** Empties the field; from an empty one back to where the search began. */
  leave() {
    if (this.text !== '') return this.type('')
    const { view, rest } = this.#from ?? { view: 'chat' as View, rest: '' }
    route.go(view, rest)
  }

  async look() {
    this.#asked++
    this.isCurrent = false
    clearTimeout(this.#rest)
    if (this.#running) return
    this.#running = true
    for (let asked = 0; asked !== this.#asked; ) {
      asked = this.#asked
      await ipc.attempt(() => this.#read(asked), (card) => (this.card = card))
    }
    this.#running = false
    this.isCurrent = true
    if (this.next !== null) this.#rest = setTimeout(() => void this.more(), RESTED)
    this.#announce()
  }

  /** The next page, below those that are shown. */
  async more() {
    const { next } = this
    const asked = this.#asked
    if (next === null || this.#running) return
    await ipc.attempt(async () => {
      const page = await ipc.searchChats(this.#request(next))
      if (asked !== this.#asked || next !== this.next) return
      this.hits = [...this.hits, ...page.hits]
      this.next = page.next
    }, (card) => (this.card = card))
  }

  /** Once all is read, what is shown is looked for again. */
  takeReading(reading: SearchReading | null) {
    const isDone = this.reading !== null && reading === null
    this.reading = reading
    if (isDone && route.view === 'search' && this.isAsked) void this.look()
  }

  async show(hit: SearchHit) {
    const { conversationId, messageId } = hit
    if (messageId === null) return route.go('chat', conversationId)
    // What was marked before goes with the chat that is left.
    const shown = chat.showAt(conversationId, messageId)
    marks.show(new Map([[messageId, hit.written]]))
    marks.turnTo(messageId, 0)
    route.go('chat', conversationId)
    await shown
  }

  async #read(asked: number) {
    const isAsked = this.isAsked
    const { text } = this
    const view = isAsked ? await ipc.searchChats(this.#request(null)) : null
    // What was typed meanwhile is asked next; this one is shown until then, for it is nearer than the one before.
    this.hits = view?.hits ?? []
    this.found = text
    this.next = view?.next ?? null
    this.meant = view?.meant ?? null
    if (view) this.reading = view.reading
    if (asked === this.#asked) this.card = null
  }

  #request(from: number | null) {
    return { text: this.text, filter: this.filter, order: this.order, from, shown: Math.ceil(innerHeight / ROW) }
  }

  #announce() {
    clearTimeout(this.#timer)
    if (!this.isAsked || this.card) return
    this.#timer = setTimeout(() => {
      if (this.isCurrent && route.view === 'search') announcer.hear(words.chats.found(this.hits.length, this.next !== null))
    }, SETTLED)
  }
}

export const chatSearch = new ChatSearch()
