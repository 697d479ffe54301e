// What the balance's small window says beside numbers and times: a dictionary of its own, so that this window reads no other.
import { Dictionary } from './dictionary.svelte'
import { monitor } from './en/monitor'

export type SmallWords = { monitor: typeof monitor }
export const smallDictionary = new Dictionary<SmallWords>({ monitor })
export const { words } = smallDictionary
