// The search over models, for the list and the picker: words of names, makers and abilities, forgiving of slips. Pure, made
// once for each list when the first letter is typed; a key takes less than a millisecond for 400 models.
//
// Each typed word counts in its nearest way alone: where any model has it as it was typed, none is shown that only resembles it.
import type { ModelView } from '../ipc'
import { words } from '../words/all'
import { byDefault } from './catalog'
import { comparable, likeness, literal, loose, looser, pairsOf, type Text, typedWords } from './nearness'

export type Found = {
  /** Best first. */
  hits: readonly ModelView[]
  /** Where nothing was found: what may have been meant. */
  nearest: readonly ModelView[]
  /** What was asked for is a price: then `nearest` are the cheapest. */
  isByPrice: boolean
}

/** What a text tells of a model, in the order in which it counts. */
const fields = { name: 0, maker: 1, gives: 2, takesText: 2.5, takes: 3 } as const
type Field = (typeof fields)[keyof typeof fields]
type Said = { text: Text; field: Field }
/** The smaller, the nearer; what is not in it was not found. */
type Ranks = Map<Said, number>
type Entry = { model: ModelView; said: readonly Said[]; name: Text }

/** In which ways a word may be near to a text, in this order. */
const kinds = { any: [literal, loose, looser], literal: [literal], mistyped: [loose, looser] }
/** Words whose nearness is kept. */
const MOST_RANKED = 16
/** Hardly a name with its maker has more. */
const MOST_WORDS = 6
const MOST_NEAREST = 5
/** Below this the two have only single letters in common. */
const LEAST_LIKENESS = 0.4
/** Letters that an ability is told by: fewer are the beginning of a name. */
const ABILITY = 3
/** And more for a slip in it to be forgiven: "test" is not "text". */
const MISTYPED_ABILITY = 5

const none: Found = { hits: [], nearest: [], isByPrice: false }

export class ModelSearch {
  readonly #models: readonly ModelView[]
  #entries: Entry[] = []
  /** Each text once, however many models it is said of. */
  readonly #said = new Map<string, Said>()
  readonly #ranked = new Map<string, Ranks>()

  constructor(models: readonly ModelView[]) {
    this.#models = models
  }

  /** Reads models until then, by the page's clock; whether all are read. */
  prepare(until = Infinity): boolean {
    while (this.#entries.length < this.#models.length && performance.now() < until) {
      const model = this.#models[this.#entries.length]
      if (model) this.#entries.push(this.#entry(model))
    }
    return this.#entries.length === this.#models.length
  }

  #entry(model: ModelView): Entry {
    const said = (text: string, field: Field): Said => {
      const key = `${field} ${text}`
      const known = this.#said.get(key) ?? { text: read(text), field }
      this.#said.set(key, known)
      return known
    }
    const names = new Set([model.name, model.id].filter(Boolean).map((name) => said(name, fields.name)))
    const isTwice = names.size === 2 && new Set([...names].map((name) => name.text.letters)).size === 1
    const name = [...names][0] ?? said('', fields.name)
    const able = abilities(model).map(([word, field]) => said(word, field))
    return { model, name: name.text, said: [...(isTwice ? [name] : names), said(model.maker, fields.maker), ...able] }
  }

  find(query: string): Found {
    const typed = [...new Set(typedWords(query))].slice(0, MOST_WORDS)
    if (typed.length === 0) return { ...none, hits: this.#models }
    this.prepare()
    const wanted = typed.filter((word) => !words.typed.price.includes(word))
    const ranks = wanted.map((word) => this.#ranks(word))
    const hits = this.#hits(wanted, ranks)
    if (wanted.length < typed.length) return byPrice(hits)
    return hits.length > 0 ? { ...none, hits } : { ...none, nearest: this.#nearest(wanted, ranks) }
  }

  /** Models that have every word, or all of them as one: "open ai" is "openai". */
  #hits(typed: readonly string[], ranks: readonly Ranks[]): ModelView[] {
    const whole = typed.join('')
    const asOne: Ranks = typed.length > 1 ? this.#ranks(whole, 'literal') : new Map()
    const hits = this.#sorted(whole, (entry) => {
      let sum = 0
      for (const rank of ranks) sum += best(entry, rank)
      return Math.min(sum, best(entry, asOne))
    })
    if (hits.length > 0 || typed.length < 2) return hits
    const mistyped = this.#ranks(whole, 'mistyped')
    return this.#sorted(whole, (entry) => best(entry, mistyped))
  }

  /** The whole name first, then by rank. Among equals the list keeps its order. */
  #sorted(whole: string, rankOf: (entry: Entry) => number): ModelView[] {
    const ranked: { model: ModelView; rank: number; begins: number }[] = []
    for (const entry of this.#entries) {
      const rank = rankOf(entry)
      if (rank === Infinity) continue
      const { letters } = entry.name
      ranked.push({ model: entry.model, rank: letters === whole ? -1 : rank, begins: letters.startsWith(whole) ? 0 : 1 })
    }
    return ranked.sort((a, b) => a.rank - b.rank || a.begins - b.begins).map((each) => each.model)
  }

  /** How near the word is to each text, by the first way that leads to any. Of what is typed only the last word is new with a key. */
  #ranks(word: string, ways: keyof typeof kinds = 'any'): Ranks {
    const key = `${ways} ${word}`
    const known = this.#ranked.get(key)
    if (known) return known
    const ranks = this.#rank(word, kinds[ways])
    if (this.#ranked.size >= MOST_RANKED) this.#ranked.clear()
    this.#ranked.set(key, ranks)
    return ranks
  }

  #rank(word: string, ways: readonly (typeof literal)[]): Ranks {
    const ranks: Ranks = new Map()
    for (const way of ways) {
      const least = way === literal ? ABILITY : MISTYPED_ABILITY
      for (const said of this.#said.values()) {
        if (said.field >= fields.gives && word.length < least) continue
        const found = way(word, said.text)
        if (found !== null) ranks.set(said, found * 4 + said.field)
      }
      if (ranks.size > 0) break
    }
    return nearestAlone(ranks)
  }

  /** Those that have most of what was typed, or most of its letters. */
  #nearest(typed: readonly string[], ranks: readonly Ranks[]): ModelView[] {
    const whole = typed.join('')
    const pairs = pairsOf(whole)
    const near: { model: ModelView; score: number }[] = []
    for (const { model, name, said } of this.#entries) {
      let had = 0
      for (const [i, word] of typed.entries()) if (said.some((each) => ranks[i]?.has(each))) had += word.length
      const score = Math.max(had / whole.length, likeness(pairs, name.letters, LEAST_LIKENESS))
      if (score >= LEAST_LIKENESS) near.push({ model, score })
    }
    return near.sort((a, b) => b.score - a.score).slice(0, MOST_NEAREST).map((each) => each.model)
  }
}

/** Most of a list stands in the next one, too: what was read of a text is kept, for as many as two long lists have. */
const texts = new Map<string, Text>()
const MOST_TEXTS = 10_000

function read(text: string): Text {
  const known = texts.get(text)
  if (known) return known
  if (texts.size >= MOST_TEXTS) texts.clear()
  const made = comparable(text)
  texts.set(text, made)
  return made
}

/** Milliseconds: after the rows, and at once. */
const AHEAD_AFTER = 100
const SLICE = 4

/** Reads a list some models at a time, whenever nothing else is to be done, so that the first letter waits for none of it. */
export function readAhead(models: readonly ModelView[]): () => void {
  const search = searchIn(models)
  const go = () => {
    if (!search.prepare(performance.now() + SLICE)) timer = setTimeout(go)
  }
  let timer = setTimeout(go, AHEAD_AFTER)
  return () => clearTimeout(timer)
}

function best(entry: Entry, ranks: Ranks): number {
  let least = Infinity
  for (const said of entry.said) least = Math.min(least, ranks.get(said) ?? Infinity)
  return least
}

/** How near each way is, by `near`: what begins a word somewhere is not looked for in the middle of others, and so on down. */
const classes = [0, 0, 0, 1, 2, 2, 2, 3, 4, 5]

function nearestAlone(ranks: Ranks): Ranks {
  const classOf = (rank: number) => classes[Math.floor(rank / 4)] as number
  let least = Infinity
  for (const rank of ranks.values()) least = Math.min(least, classOf(rank))
  for (const [said, rank] of ranks) if (classOf(rank) > least) ranks.delete(said)
  return ranks
}

/**
 * No list says that a model is free: a missing price is none, and a price of zero promises nothing. So these words find what
 * has cost this person nothing so far, and otherwise lead to the cheapest prices that are told.
 */
function byPrice(models: readonly ModelView[]): Found {
  const hits = models.filter((model) => model.freeSoFar)
  const told = models.filter((model) => model.outputUsd !== null && model.inputUsd !== null)
  const cheapest = [...told].sort((a, b) => Number(a.outputUsd) - Number(b.outputUsd) || Number(a.inputUsd) - Number(b.inputUsd))
  return { hits, nearest: hits.length > 0 ? [] : cheapest.slice(0, MOST_NEAREST), isByPrice: true }
}

function abilities(model: ModelView): [string, Field][] {
  const { gives, takes, features } = words.typed
  const of = (table: Record<string, readonly string[]>, kinds: readonly string[], field: Field): [string, Field][] =>
    kinds.flatMap((kind) => table[kind] ?? [kind]).map((word) => [word, field])
  // All of them take text: it weighs less than what some give.
  const seen = model.inputs.filter((kind) => kind !== 'text')
  const able = [...of(gives, model.outputs, fields.gives), ...of(features, model.features, fields.gives), ...of(takes, seen, fields.takes)]
  return seen.length < model.inputs.length ? [...able, ...of(takes, ['text'], fields.takesText)] : able
}

const made = new WeakMap<readonly ModelView[], ModelSearch>()

/** Over this list, in the order in which it is shown. */
export function searchIn(models: readonly ModelView[]): ModelSearch {
  const known = made.get(models) ?? new ModelSearch(byDefault(models))
  made.set(models, known)
  return known
}
