// Every subject, for views and panels that no start waits for: whoever imports this is read after the first view.
import { words as first, type Words } from '.'
import { Dictionary } from './dictionary.svelte'
import { enLater, type LaterWords } from './en/later'

export const laterDictionary = new Dictionary<LaterWords>(enLater)

export const words = new Proxy({} as Words & LaterWords, {
  get: (_, subject) => (subject in enLater ? laterDictionary.words[subject as keyof LaterWords] : first[subject as keyof Words]),
})
