// The lists of chats, of which only the parts that were looked at are here, and which chats are answering.
import * as ipc from '../ipc'
import type { ConversationChange, ConversationList, ConversationView, ListOf, ListOrder, LiveView, Organize } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { drafts } from './draft.svelte'
import { notices } from './notices.svelte'

/** Rows that are asked for at once. */
const PART = 100
/** Of those that were shown and are in no row that is here, the last few are kept. */
const OTHERS = 3

const isSame = (a: ListOf, b: ListOf) => JSON.stringify(a) === JSON.stringify(b)
const everything: ListOf = { kind: 'chats' }

class Conversations {
  /** Which list is shown. */
  of = $state.raw<ListOf>(everything)
  /** Each at its place; one that was not looked at has none. */
  rows = $state.raw<readonly (ConversationView | undefined)[]>([])
  /** How many chats there are that are neither put away nor deleted. */
  count = $state(0)
  /** The models that were asked, the latest first. */
  models = $state.raw<readonly string[]>([])
  order = $state<ListOrder>('asked')
  /** The one of which nothing is kept; it is in no list. */
  temporary = $state.raw<ConversationView | null>(null)
  /** The one whose title is being changed in the list. */
  renaming = $state<number | null>(null)
  /** Those with which something is to be done at once. */
  selected = $state.raw<ReadonlySet<number>>(new Set())
  /** Chats that are shown and stand in no row that is here. */
  #others = $state.raw<ReadonlyMap<number, ConversationView>>(new Map())
  #byId = $derived.by(() => {
    const all = new Map<number, ConversationView>()
    for (const row of this.rows) if (row) all.set(row.id, row)
    for (const [id, row] of this.#others) all.set(id, row)
    if (this.temporary) all.set(this.temporary.id, this.temporary)
    return all
  })
  #isLoading = false
  #age = 0
  live = $state.raw<LiveView[]>([])
  #liveByChat = $derived(new Map(this.live.map((turn) => [turn.conversationId, turn])))

  find(id: number | null): ConversationView | undefined {
    return id === null ? undefined : this.#byId.get(id)
  }

  liveIn(id: number): LiveView | undefined {
    return this.#liveByChat.get(id)
  }

  /** How many messages wait for their turn, their next try or the network. */
  get waiting(): number {
    return this.live.filter((turn) => turn.waiting).length
  }

  get isEverything() {
    return this.of.kind === 'chats'
  }

  /** The beginning of the list of all, which Rust announces whenever something changed. */
  take({ count, rows, models, order, temporary }: ConversationList) {
    this.#age++
    this.count = count
    this.models = models
    this.order = order
    this.temporary = temporary
    const fresh = new Map(rows.map((row) => [row.id, row]))
    this.#others = new Map([...this.#others].map(([id, row]) => [id, fresh.get(id) ?? row]))
    if (this.isEverything) {
      const all: (ConversationView | undefined)[] = new Array(count)
      rows.forEach((row, place) => (all[place] = row))
      this.rows = all
    } else void this.#reload()
    for (const id of this.#others.keys()) if (!fresh.has(id)) void this.#refresh(id)
  }

  async #refresh(id: number) {
    // One that is gone says so where it is shown.
    const row = await ipc.conversation(id).catch(() => null)
    if (row && this.#others.has(id)) this.#others = new Map(this.#others).set(id, row)
  }

  async show(of: ListOf) {
    if (isSame(of, this.of)) return
    this.of = of
    this.unselect()
    this.rows = []
    await this.#reload()
  }

  async sort(order: ListOrder) {
    await ipc.attempt(() => ipc.changeSettings({ listOrder: order }), notices.refuse)
  }

  async #reload() {
    const age = ++this.#age
    const found = await ipc.listConversations(this.of, 0, PART).catch((e: unknown) => notices.refuse(ipc.asCard(e)))
    if (!found || age !== this.#age) return
    const all: (ConversationView | undefined)[] = new Array(found.count)
    found.rows.forEach((row, place) => (all[place] = row))
    this.rows = all
  }

  /** The rows from one place to another, as far as they are not here yet. */
  async load(first: number, last: number) {
    while (first <= last && this.rows[first]) first++
    while (last >= first && this.rows[last]) last--
    if (first > last || this.#isLoading) return
    this.#isLoading = true
    const age = this.#age
    const found = await ipc.listConversations(this.of, first, Math.min(last - first + 1, PART)).catch((e: unknown) => notices.refuse(ipc.asCard(e)))
    this.#isLoading = false
    if (!found || age !== this.#age) return
    if (found.rows.length === 0) return
    // One that moved since the others were read stands where it is now, and nowhere else.
    const moved = new Set(found.rows.map((row) => row.id))
    const all = this.rows.map((row) => (row && moved.has(row.id) ? undefined : row))
    found.rows.forEach((row, n) => (all[first + n] = row))
    this.rows = all
  }

  /** One that is shown, or was changed. */
  put(view: ConversationView) {
    if (view.temporary) {
      // What is told late of one that was ended brings it back to no list.
      if (this.temporary?.id === view.id) this.temporary = view
      return
    }
    const place = this.rows.findIndex((known) => known?.id === view.id)
    if (place >= 0) {
      const rows = this.rows.slice()
      rows[place] = view
      this.rows = rows
    }
    const others = new Map(this.#others)
    others.delete(view.id)
    this.#others = new Map([...others, [view.id, view] as const].slice(-OTHERS))
  }

  async change(id: number, change: Partial<ConversationChange>) {
    this.put(await ipc.changeConversation(id, change))
  }

  select(ids: readonly number[]) {
    this.selected = new Set([...this.selected, ...ids])
  }

  /** These, or all. */
  unselect(ids: Iterable<number> = this.selected) {
    if (this.selected.size === 0) return
    const rest = new Set(this.selected)
    for (const id of ids) rest.delete(id)
    this.selected = rest
  }

  /** Every chat of a model that is gone goes on with another. */
  async replaceModel(gone: string, model: string) {
    await ipc.replaceModel(gone, model)
  }

  /** Says whether it was done. */
  async organize(ids: readonly number[], what: Organize): Promise<boolean> {
    const isDone = await ipc.attempt(() => ipc.organize([...ids], what), notices.refuse)
    if (isDone) this.unselect()
    return isDone
  }

  /** For good. Says whether it was done. */
  async discard(id: number): Promise<boolean> {
    const isDone = await ipc.attempt(() => ipc.deleteConversation(id), notices.refuse)
    if (isDone) drafts.forget(id)
    return isDone
  }

  async emptyBin() {
    await ipc.attempt(() => ipc.emptyBin(), notices.refuse)
  }

  /** Into the bin, from which a press brings them back. */
  async remove(ids: readonly number[]) {
    if (!(await this.organize(ids, { kind: 'delete', on: true }))) return
    announcer.offer(words.chats.deleted(ids.length), words.chats.undo, () => this.organize(ids, { kind: 'delete', on: false }))
  }
}

export const conversations = new Conversations()
