// What models, types, keys and chats are called here, those without a name among them.
import { NONE } from '../../format'
import type { UsageRowView } from '../../ipc'
import { words } from '../../words/all'

/** Without any: all others. */
export const nameOfSeries = (name: string | null) => (name === null ? words.usage.others : name === '' ? words.usage.noName : name)

/** The chat of this app, or what Poe calls the chat, the key or the canvas. */
export function placeOfRow({ conversation, title, source, here, kind, temporary }: UsageRowView): string {
  if (temporary) return words.usage.temporaryChat
  if (conversation !== null) return title || words.chats.untitled
  if (source !== '') return source
  if (here) return words.usage.deletedChat
  return kind === API ? NONE : words.usage.onPoe
}

/** Poe's name of a call with a key. */
const API = 'API'
