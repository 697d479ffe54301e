// Numbers and plurals of English.
import { grammar } from '../grammar'

/** As browsers name it. */
export const tag = 'en-US'

export const { count } = grammar(tag)

export const plural = (n: number, one: string, many: string) => `${count(n)} ${grammar(tag).plural(n) === 'one' ? one : many}`
