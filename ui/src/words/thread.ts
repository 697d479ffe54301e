// The subjects of an open chat besides those of the first view: they are read with its messages.
import { words as first } from '.'
import { Dictionary, together } from './dictionary.svelte'
import { enThread, type ThreadWords } from './en/thread'

export const threadDictionary = new Dictionary<ThreadWords>(enThread)

export const words = together(first, threadDictionary.words)
