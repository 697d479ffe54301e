// Finding a page of Help: by a code, by Poe's words, or by those that come to mind first.
import type { HelpPage } from '../ipc'
import { words } from '../words/all'

/** Without what people leave out or write otherwise: case, apostrophes, marks. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}_-]+/gu, ' ')
    .trim()
}

type Indexed<T> = { item: T; fields: string[] }

/** What tells most comes first. */
export function index(pages: HelpPage[]): Indexed<HelpPage>[] {
  const lines = (page: HelpPage) => [
    [page.title, page.code, page.code.replaceAll('_', ' ')],
    [...page.synonyms, ...page.terms],
    page.what,
    [...page.why, page.guide?.section ?? '', page.guide?.advice ?? ''],
  ]
  return pages.map((item) => ({ item, fields: lines(item).map((field) => plain(field.join(' \n '))) }))
}

/** The phrase as it was typed comes first, and the sooner the more telling its place; where nobody has it, all of its words
 *  will do, wherever they stand. */
export function find<T>(indexed: Indexed<T>[], sought: string): T[] {
  const phrase = plain(sought)
  if (phrase === '') return indexed.map(({ item }) => item)
  const rank = (fields: string[]) => fields.findIndex((field) => field.includes(phrase))
  const whole = indexed.map(({ item, fields }) => ({ item, at: rank(fields) })).filter(({ at }) => at >= 0)
  if (whole.length > 0) return whole.sort((a, b) => a.at - b.at).map(({ item }) => item)
  const telling = phrase.split(' ').filter((word) => !words.typed.fillers.includes(word))
  const all = telling.length > 0 ? telling : phrase.split(' ')
  const has = (fields: string[]) => all.every((word) => fields.some((field) => field.includes(word)))
  return indexed.filter(({ fields }) => has(fields)).map(({ item }) => item)
}
