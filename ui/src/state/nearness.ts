// How near typed letters are to a text: whether they begin one of its words, lie in it, are its letters with some left out, or
// were mistyped. Pure; nothing here knows what is searched.

/** A text ready to be compared: its letters and digits alone, without case, accents and width, and where its words begin. */
export type Text = {
  letters: string
  /** Where a word begins; `soft` where only letters and digits meet, as in "qwen3". */
  starts: readonly { at: number; soft: boolean }[]
  /** Where a word of either sort ends. */
  ends: ReadonlySet<number>
}

/** The smaller, the nearer. Whatever was typed right is nearer than whatever was not. */
export const near = {
  wholeWord: 0,
  wordStart: 1,
  softStart: 2,
  inside: 3,
  /** Beginnings of several of its words, as "cs46" and "llama70b". */
  initials: 4,
  oneTypoInAll: 5,
  oneTypo: 6,
  oneTypoAtStart: 7,
  twoTypos: 8,
  /** Letters left out, as "dpsk". */
  leftOut: 9,
} as const
export type Near = (typeof near)[keyof typeof near]

/** Letters that a word must have for one typo to be forgiven, and for two. */
const ONE = 3
const TWO = 6
/** Fewer letters begin too many words by chance. */
const INITIALS = 4
/** No word of a name is longer; the rest of one that is typed is not compared letter by letter. */
const LONGEST = 48

const marks = /\p{M}/gu
const words = /[\p{L}\p{N}]+/gu
const runs = /\p{N}+|[^\p{N}]+/gu

const plain = (text: string) => text.normalize('NFKD').replace(marks, '').toLowerCase().normalize('NFC')

/** What was typed, as words without their punctuation: "openai/GPT-5.1 Codex" is "openai", "gpt51" and "codex". */
export const typedWords = (text: string): string[] =>
  plain(text)
    .split(/[\s/,:|]+/)
    .map((word) => word.match(words)?.join('') ?? '')
    .filter(Boolean)

export function comparable(text: string): Text {
  const starts: { at: number; soft: boolean }[] = []
  const ends = new Set<number>()
  let letters = ''
  for (const word of plain(text).match(words) ?? []) {
    for (const [i, run] of (word.match(runs) ?? []).entries()) {
      starts.push({ at: letters.length, soft: i > 0 })
      letters += run
      ends.add(letters.length)
    }
  }
  return { letters, starts, ends }
}

/** For what was typed right. */
export function literal(word: string, text: Text): Near | null {
  const first = text.letters.indexOf(word)
  if (first < 0) return null
  let nearest: Near = near.inside
  for (const { at, soft } of text.starts) {
    if (at < first || !text.letters.startsWith(word, at)) continue
    const here = soft ? near.softStart : text.ends.has(at + word.length) ? near.wholeWord : near.wordStart
    if (here < nearest) nearest = here
  }
  return nearest
}

/** For one slip, or a way of writing it short. */
export function loose(word: string, text: Text): Near | null {
  if (word.length >= INITIALS && areInitials(word, text)) return near.initials
  if (word.length < ONE) return null
  let nearest: Near | null = null
  for (const { at, soft } of text.starts) {
    if (soft || !beginsAlike(word, text.letters, at)) continue
    const end = mistyped(word, text.letters, at, 1, text.ends)
    // Three letters are another word with nearly any of them changed: one is missing, or two are swapped.
    if (end === null || (word.length === ONE && end - at < 4 && !isSwap(word, text.letters.slice(at, end)))) continue
    if (at === 0 && end === text.letters.length) return near.oneTypoInAll
    nearest = text.ends.has(end) || nearest === near.oneTypo ? near.oneTypo : near.oneTypoAtStart
  }
  return nearest
}

/** For what is told from its first letter on, and no more than half right. */
export function looser(word: string, text: Text): Near | null {
  if (word.length < ONE) return null
  let nearest: Near | null = null
  for (const [i, { at, soft }] of text.starts.entries()) {
    if (soft || word[0] !== text.letters[at]) continue
    if (word.length >= TWO && mistyped(word, text.letters, at, 2, text.ends) !== null) return near.twoTypos
    const end = text.starts[i + 1]?.at ?? text.letters.length
    if (end - at <= 2 * word.length && isLeftOut(word, text.letters.slice(at, end))) nearest = near.leftOut
  }
  return nearest
}

/** Two neighboring letters each, once. */
export function pairsOf(letters: string): Set<string> {
  const pairs = new Set<string>()
  for (let i = 0; i < letters.length - 1; i++) pairs.add(letters.slice(i, i + 2))
  return pairs
}

/** The share of neighboring letters that both have, from 0 to 1; 0 where it would be less than `least`. */
export function likeness(pairs: ReadonlySet<string>, letters: string, least: number): number {
  const others = letters.length - 1
  const share = (shared: number) => (2 * shared) / (pairs.size + others)
  if (others < 1 || share(Math.min(pairs.size, others)) < least) return 0
  let shared = 0
  for (const pair of pairs) if (letters.includes(pair)) shared++
  return shared > 0 && share(shared) >= least ? share(shared) : 0
}

/** Each letter goes on where the one before stood, or begins a later word. */
function areInitials(word: string, text: Text): boolean {
  if (word.length > text.letters.length) return false
  let places: number[] = [-1]
  for (const [i, letter] of [...word].entries()) {
    const next: number[] = []
    const earliest = places[0] as number
    for (const place of places) if (i > 0 && text.letters[place + 1] === letter) next.push(place + 1)
    for (const { at } of text.starts) if (at > earliest && text.letters[at] === letter && !next.includes(at)) next.push(at)
    if (next.length === 0) return false
    places = next.sort((a, b) => a - b)
  }
  return true
}

/** The first letter is seldom mistyped; it may be swapped with the next, missing or doubled. */
const beginsAlike = (word: string, letters: string, at: number) =>
  word[0] === letters[at] || word[0] === letters[at + 1] || word[1] === letters[at]

const isSwap = (word: string, other: string) => [...word].sort().join('') === [...other].sort().join('')

function isLeftOut(word: string, whole: string): boolean {
  let at = 0
  for (const letter of word) {
    at = whole.indexOf(letter, at) + 1
    if (at === 0) return false
  }
  return true
}

const isDigit = (letter: string | undefined) => letter !== undefined && letter >= '0' && letter <= '9'

// Rows of the table below, kept between calls: thousands are filled for one key.
let [older, old, row] = [0, 1, 2].map(() => new Uint8Array(LONGEST + 4)) as [Uint8Array, Uint8Array, Uint8Array]

/**
 * Where what was meant ends, if the word is the text from `from` on with at most `most` letters wrong, missing, too many or
 * changed with their neighbor: at the end of a word where it can be. A digit is never a slip: it tells one version from another.
 */
export function mistyped(word: string, text: string, from: number, most: number, ends: ReadonlySet<number>): number | null {
  const length = Math.min(text.length - from, word.length + most)
  if (word.length > LONGEST || length < word.length - most) return null
  const never = most + 1
  for (let j = 0; j <= length; j++) old[j] = j <= most && !hasDigit(text, from, from + j) ? j : never
  for (let i = 1; i <= word.length; i++) {
    const letter = word[i - 1]
    const isFixed = isDigit(letter)
    let least = never
    for (let j = 0; j <= length; j++) {
      let value = never
      if (Math.abs(i - j) <= most) {
        if (!isFixed) value = (old[j] as number) + 1
        if (j > 0) {
          const other = text[from + j - 1]
          const isSame = letter === other
          const isOtherFixed = isDigit(other)
          if (isSame || !(isFixed || isOtherFixed)) value = Math.min(value, (old[j - 1] as number) + (isSame ? 0 : 1))
          if (!isOtherFixed) value = Math.min(value, (row[j - 1] as number) + 1)
          const isSwapped = i > 1 && j > 1 && !(isFixed && isOtherFixed) && letter === text[from + j - 2] && word[i - 2] === other
          if (isSwapped) value = Math.min(value, (older[j - 2] as number) + 1)
        }
      }
      row[j] = value
      if (value < least) least = value
    }
    if (least > most) return null
    ;[older, old, row] = [old, row, older]
  }
  let end: number | null = null
  for (let j = 0; j <= length; j++) {
    if ((old[j] as number) > most) continue
    end = from + j
    if (ends.has(end)) break
  }
  return end
}

function hasDigit(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isDigit(text[i])) return true
  return false
}
