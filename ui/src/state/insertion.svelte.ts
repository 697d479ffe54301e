// A snippet on its way into a message: what is typed behind a slash, which of those that fit is meant, and what its variables are
// to be. The list is there only while something fits: what is no snippet is text, and every key is the message's own.
import type { PromptView } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { variablesOf, filled } from './variables'

/** At the start of the message, or after a blank, up to the cursor. */
const SLASH = /(?:^|\s)\/([^\s/]*)$/u
/** More than anyone reads: a letter more shortens the list. */
const SHOWN = 8

export class Insertion {
  /** What is typed behind the slash; null: there is none at the cursor. */
  query = $state<string | null>(null)
  active = $state(0)
  /** The one whose variables are asked for. */
  asking = $state.raw<PromptView | null>(null)
  /** Where the slash stands, and where what is typed behind it ends. */
  #from = 0
  #to = 0
  /** At this slash the person wanted no list. */
  #closedAt: number | null = null
  #snippets: () => readonly PromptView[]

  constructor(snippets: () => readonly PromptView[]) {
    this.#snippets = snippets
  }

  readonly found: readonly PromptView[] = $derived.by(() => (this.query === null ? [] : fitting(this.#snippets(), this.query)))

  get isOpen(): boolean {
    return this.asking === null && this.found.length > 0
  }

  /** The text was changed, and the cursor is here. */
  look(text: string, cursor: number) {
    const typed = SLASH.exec(text.slice(0, cursor))?.[1]
    if (typed === undefined) return this.close()
    const from = cursor - typed.length - 1
    if (from === this.#closedAt) return
    const before = this.isOpen ? this.found.length : 0
    this.#closedAt = null
    ;[this.#from, this.#to] = [from, cursor]
    this.query = typed.toLowerCase()
    this.active = 0
    if (this.isOpen && this.found.length !== before) announcer.hear(words.prompts.found(this.found.length))
  }

  /** It opens no more at this slash. */
  dismiss() {
    this.#closedAt = this.#from
    this.query = null
    this.asking = null
  }

  /** The cursor went elsewhere, or the message did. */
  close() {
    this.#closedAt = null
    this.query = null
    this.asking = null
  }

  move(by: 1 | -1) {
    this.active = (this.active + by + this.found.length) % this.found.length
  }

  /** What stands in the message then, and where the cursor does; null where it is asked for its variables first. */
  choose(snippet: PromptView, text: string): { text: string; cursor: number } | null {
    if (variablesOf(snippet.text).length === 0) return this.put(snippet, {}, text)
    this.asking = snippet
    return null
  }

  put(snippet: PromptView, values: Readonly<Record<string, string>>, text: string): { text: string; cursor: number } {
    const before = text.slice(0, this.#from) + filled(snippet.text, values)
    const whole = before + text.slice(this.#to)
    this.close()
    announcer.hear(words.prompts.inserted(snippet.name))
    return { text: whole, cursor: before.length }
  }
}

/** Those whose name begins so before those of which a word does, and these before those that have it anywhere. */
function fitting(snippets: readonly PromptView[], query: string): readonly PromptView[] {
  const rank = ({ name }: PromptView) => {
    const lower = name.toLowerCase()
    if (lower.startsWith(query)) return 0
    if (lower.split(/[\s_-]+/u).some((word) => word.startsWith(query))) return 1
    return lower.includes(query) ? 2 : 3
  }
  const ranked = snippets.map((snippet) => ({ snippet, rank: rank(snippet) })).filter((one) => one.rank < 3)
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, SHOWN).map((one) => one.snippet)
}
