// The data folder: choosing another one, and what that mends. The app goes on in it at once.
import * as ipc from '../ipc'
import type { CloudDrive, ErrorCard } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { backups } from './backups.svelte'
import { notices } from './notices.svelte'
import { settings } from './settings.svelte'

class Folder {
  moving = $state(false)
  card = $state.raw<ErrorCard | null>(null)
  /** Whether to move to a folder that this program syncs. */
  asked = $state.raw<{ drive: CloudDrive; answer: (move: boolean) => void } | null>(null)

  /** Says whether the app is in another folder now; false too where the person chose none. */
  async choose(): Promise<boolean> {
    if (this.moving) return false
    this.moving = true
    this.card = null
    let moved = false
    const solved = notices.all.filter((card) => ['storage_failed', 'data_folder'].includes(card.code))
    await ipc.attempt(async () => {
      const chosen = await ipc.chooseFolder()
      if (chosen === null || (chosen.syncedBy !== null && !(await this.#ask(chosen.syncedBy)))) return
      settings.view = await ipc.moveData(chosen.folder)
      moved = true
    }, (card) => (this.card = card))
    this.moving = false
    if (!moved) return false
    notices.solved(solved)
    announcer.say(words.done.moved)
    void backups.load()
    return true
  }

  #ask(drive: CloudDrive): Promise<boolean> {
    return new Promise((resolve) => {
      const answer = (move: boolean) => {
        this.asked = null
        resolve(move)
      }
      this.asked = { drive, answer }
    })
  }
}

export const folder = new Folder()
