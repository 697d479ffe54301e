// Backups of the chats: what there is, making one, and going back to one.
import * as ipc from '../ipc'
import type { BackupsView, ErrorCard } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import { notices } from './notices.svelte'
import { route } from './route.svelte'

class Backups {
  view = $state.raw<BackupsView | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  making = $state(false)

  async load() {
    await ipc.attempt(async () => (this.view = await ipc.backups()), (card) => (this.card = card))
  }

  async make() {
    this.making = true
    this.card = null
    await ipc.attempt(async () => {
      this.view = await ipc.backUp()
      announcer.say(words.done.backedUp)
    }, (card) => (this.card = card))
    this.making = false
  }

  /** Every chat that is shown was read from what is now gone, so the window begins anew. Says whether it was done. */
  async restore(id: string): Promise<boolean> {
    this.card = null
    const isDone = await ipc.attempt(async () => (this.view = await ipc.restoreBackup(id)), (card) => {
      this.card = card
      notices.refuse(card)
    })
    if (!isDone) return false
    chat.startNew()
    route.go('chat')
    announcer.say(words.done.restored)
    return true
  }
}

export const backups = new Backups()
