// What the window says, in the language of now: the subjects that the first view needs.
import { Dictionary } from './dictionary.svelte'
import { en, type Words } from './en'

export type { Words } from './en'

export const dictionary = new Dictionary<Words>(en)
export const { words } = dictionary
