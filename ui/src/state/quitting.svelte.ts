// The question whether to quit while answers are coming. Rust asks it, and acts on what is said.
import * as ipc from '../ipc'
import type { QuitStep, QuitView } from '../ipc'
import { notices } from './notices.svelte'

class Quitting {
  view = $state.raw<QuitView | null>(null)

  async step(step: QuitStep) {
    await ipc.attempt(() => ipc.quit(step), notices.refuse)
  }
}

export const quitting = new Quitting()
