// What the Usage view looks at: the filter, the sums under it, and those pages of the rows that are looked at. Each reading
// replaces the one before, and a reply that comes after a newer question is thrown away.
import * as ipc from '../ipc'
import type { ErrorCard, UsageBy, UsageFilter, UsageFormat, UsageOrder, UsageRowView, UsageView } from '../ipc'
import { dayOf } from '../format'
import { ledger } from './ledger.svelte'
import { notices } from './notices.svelte'

/** Days up to today; null: all. */
export type Range = 7 | 30 | 90 | null
export const ranges: readonly Range[] = [7, 30, 90, null]

export type Choice = Pick<UsageFilter, 'model' | 'kind' | 'source' | 'here' | 'conversation' | 'preset'>
const everything: Choice = { model: null, kind: null, source: null, here: null, conversation: null, preset: null }

/** The first and the last. */
export type Days = { from: number; to: number }

/** Rows a page. */
export const PAGE = 100
/** Of the pages that were looked at, so many are kept. */
const KEPT = 20

type Pages = ReadonlyMap<number, readonly UsageRowView[]>

class Usage {
  view = $state.raw<UsageView | null>(null)
  /** The days that `view` is of. */
  viewRange = $state.raw<Range>(null)
  /** Of all rows that the filter lets through. */
  total = $state(0)
  card = $state.raw<ErrorCard | null>(null)

  choice = $state.raw<Choice>(everything)
  range = $state.raw<Range>(30)
  by = $state.raw<UsageBy>('model')
  order = $state.raw<UsageOrder>('newest')
  /** The days of one bar, whose rows alone are listed. */
  only = $state.raw<Days | null>(null)
  /** Counts lists of other rows or in another order: each is looked at from its top. */
  list = $state(0)

  #pages = $state.raw<Pages>(new Map())
  /** The rows that are looked at. */
  #wanted: [number, number] = [0, 0]
  #asked = new Set<number>()
  #underWay = $state(0)
  #lists = 0
  /** The last questions: no other reply is taken. */
  #viewAsked = 0
  #listAsked = 0
  #revision: number | null = null
  #opening = false
  #following = false
  #account: string | null = null

  get reading() {
    return this.#underWay > 0
  }

  get isFiltered() {
    return Object.values(this.choice).some((value) => value !== null)
  }
  get filter(): UsageFilter {
    return { ...this.choice, from: this.range === null ? null : dayOf(Date.now()) - this.range + 1, to: null }
  }
  /** Of the rows that are listed and exported. */
  get listFilter(): UsageFilter {
    return this.only ? { ...this.choice, ...this.only } : this.filter
  }

  /** Nothing where it has not been read. */
  row(at: number): UsageRowView | undefined {
    return this.#pages.get(Math.floor(at / PAGE))?.[at % PAGE]
  }
  /** Where it stands now, as far as the pages that are kept tell. */
  find(id: string): number | null {
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex((row) => row.id === id)
      if (at >= 0) return page * PAGE + at
    }
    return null
  }

  /** For who begins to look, at the history of this account and, from a chat or a preset, at what that cost; what was read of it
   *  before stays until then. */
  async begin(account: string, of: Pick<Choice, 'conversation' | 'preset'> = { conversation: null, preset: null }) {
    if (account !== this.#account) this.#clear()
    const isOther = of.conversation !== this.choice.conversation || (of.preset !== null && of.preset !== this.choice.preset)
    if (isOther) {
      this.choice = { ...everything, ...of }
      if ((of.conversation ?? of.preset) !== null) this.range = null
      this.only = null
      this.#startList()
    }
    this.#account = account
    this.#revision = null
    this.#opening = true
    await this.#attempt(() => ledger.load())
    this.#opening = false
    await this.follow()
  }

  /** Rows have changed: what is looked at is read again, in its place. One at a time, and what changed meanwhile right after. */
  async follow() {
    if (this.#opening || this.#following || this.#account === null) return
    this.#following = true
    while (this.#revision !== ledger.view.revision) {
      this.#revision = ledger.view.revision
      await this.#read(true)
    }
    this.#following = false
  }

  /** Says whether what it came to is shown: another choice may have come after it. */
  choose(change: Partial<Choice>) {
    this.choice = { ...this.choice, ...change }
    return this.#another(true)
  }
  chooseAll() {
    return this.choose(everything)
  }
  lookAt(range: Range) {
    this.range = range
    return this.#another(true)
  }
  stackBy(by: UsageBy) {
    this.by = by
    return this.#read(true)
  }
  sort(order: UsageOrder) {
    this.order = order
    return this.#another(false)
  }
  showOnly(days: Days | null) {
    this.only = days
    return this.#another(false)
  }

  async export(format: UsageFormat): Promise<boolean> {
    let isSaved = false
    await ipc.attempt(async () => (isSaved = await ipc.exportUsage(this.listFilter, this.order, format)), notices.refuse)
    return isSaved
  }

  /** These are looked at: the pages that are missing are read. */
  want(first: number, last: number) {
    this.#wanted = [first, last]
    for (const page of this.#wantedPages()) {
      if (!this.#pages.has(page) && !this.#asked.has(page)) void this.#readPage(page)
    }
  }

  #clear() {
    this.view = null
    this.card = null
    this.total = 0
    this.#pages = new Map()
    this.choice = everything
    this.only = null
    this.#viewAsked++
    this.#startList()
  }

  #another(isOfAll: boolean) {
    if (isOfAll) this.only = null
    this.#startList()
    return this.#read(isOfAll)
  }
  #startList() {
    this.#lists++
    this.#listAsked++
    this.#wanted = [0, 0]
  }

  #wantedPages(): number[] {
    const [first, last] = this.#wanted.map((row) => Math.floor(row / PAGE)) as [number, number]
    return Array.from({ length: last - first + 1 }, (_, n) => first + n)
  }
  #rows(page: number) {
    return ipc.usageRows(this.listFilter, this.order, page * PAGE, PAGE)
  }

  /** Sums and rows come in together, so that what is shown is of one state. */
  async #read(isOfAll: boolean): Promise<boolean> {
    const list = this.#lists
    const listAsked = ++this.#listAsked
    const viewAsked = isOfAll ? ++this.#viewAsked : null
    const range = this.range
    const wanted = this.#wantedPages()
    this.#asked.clear()
    this.#underWay++
    const isRead = await this.#attempt(async () => {
      const [view, ...pages] = await Promise.all([isOfAll ? ipc.usageView(this.filter, this.by) : null, ...wanted.map((page) => this.#rows(page))])
      if (view && viewAsked === this.#viewAsked) {
        this.view = view
        this.viewRange = range
      }
      if (listAsked !== this.#listAsked) return
      this.total = pages[0]?.total ?? 0
      this.#pages = new Map(wanted.map((page, n) => [page, pages[n]?.rows ?? []]))
      this.list = list
    }, () => listAsked === this.#listAsked)
    this.#underWay--
    return isRead && listAsked === this.#listAsked
  }

  async #readPage(page: number) {
    const asked = this.#listAsked
    this.#asked.add(page)
    await this.#attempt(async () => {
      const { rows } = await this.#rows(page)
      if (asked === this.#listAsked) this.#pages = this.#near(new Map(this.#pages).set(page, rows))
    }, () => asked === this.#listAsked)
    if (asked === this.#listAsked) this.#asked.delete(page)
  }

  /** Those that are looked at and those closest to them. */
  #near(pages: Map<number, readonly UsageRowView[]>): Pages {
    if (pages.size <= KEPT) return pages
    const middle = (this.#wanted[0] + this.#wanted[1]) / 2 / PAGE
    const closest = [...pages].sort(([a], [b]) => Math.abs(a - middle) - Math.abs(b - middle))
    return new Map(closest.slice(0, KEPT))
  }

  async #attempt(work: () => Promise<unknown>, isCurrent = () => true): Promise<boolean> {
    const isDone = await ipc.attempt(work, (card) => isCurrent() && (this.card = card))
    if (isDone && isCurrent()) this.card = null
    return isDone
  }
}

export const usage = new Usage()
