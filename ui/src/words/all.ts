// Every subject, for views and panels that no start waits for: whoever imports this is read after the first view.
import { Dictionary, together } from './dictionary.svelte'
import { enLater, type LaterWords } from './en/later'
import { words as thread } from './thread'

export const laterDictionary = new Dictionary<LaterWords>(enLater)

export const words = together(thread, laterDictionary.words)
