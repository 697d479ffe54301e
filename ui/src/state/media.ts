// What can be done with a picture, a sound or a film that is kept; what comes of it is told.
import * as ipc from '../ipc'
import type { FilmHow } from '../ipc'
import { words } from '../words/all'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import { conversations } from './conversations.svelte'
import { notices } from './notices.svelte'
import { route } from './route.svelte'

async function tell(done: string, act: () => Promise<unknown>) {
  await ipc.attempt(async () => {
    if ((await act()) !== false) announcer.say(done)
  }, (card) => notices.take([card]))
}

export const saveMedia = (id: number) => tell(words.media.saved, () => ipc.saveMedia(id))
export const copyMedia = (id: number) => tell(words.media.copied, () => ipc.copyMedia(id))
/** Along with the message that is being written. */
export const useMedia = (id: number) => tell(words.media.used, () => chat.composer.draft.useMedia(id))
/** A chat is opened in which the question of this answer waits with what it was asked with, to be changed and sent. */
export async function askAgain(messageId: number) {
  await ipc.attempt(async () => {
    const fresh = await ipc.askAgain(messageId)
    conversations.put(fresh)
    route.go('chat', fresh.id)
    chat.composer.focusWishes++
    announcer.hear(words.media.waits)
  }, (card) => notices.take([card]))
}
/** By the next message. */
export const makeFrom = (messageId: number, how: FilmHow) => chat.composer.makeFrom(messageId, how)
export const openMedia = (id: number) => tell(words.media.opened, () => ipc.openMedia(id))
