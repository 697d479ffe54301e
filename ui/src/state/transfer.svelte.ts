// Chats that go out into files, and come in from them: how far that is, what was found in the files that were chosen, and what came
// of it.
import * as ipc from '../ipc'
import type { ErrorCard, ExportFormat, ImportPreview, Imported, TransferView } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { conversations } from './conversations.svelte'
import { notices } from './notices.svelte'
import { projects } from './projects.svelte'
import { route } from './route.svelte'

/** Rows that are asked for at once. */
const PART = 100

class Transfer {
  /** What Rust is at. */
  view = $state.raw<TransferView | null>(null)
  /** Asked about until it comes in or is given up. */
  preview = $state.raw<ImportPreview | null>(null)
  imported = $state.raw<Imported | null>(null)
  card = $state.raw<ErrorCard | null>(null)
  /** From the choice of a file to the end. */
  busy = $state<'export' | 'import' | null>(null)
  cancelling = $state(false)

  /** These chats, or all. */
  async export(ids: number[] | null, format: ExportFormat, name?: string) {
    if (this.busy) return
    const title = name ?? (ids?.length === 1 ? conversations.find(ids[0] ?? null)?.title : undefined)
    const today = new Date()
    const date = [today.getFullYear(), today.getMonth() + 1, today.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
    await this.#run('export', async () => {
      const written = await ipc.exportChats(ids, title || `telltale-${date}`, format)
      if (written) announcer.say(words.done.exported(written.chats, written.file))
    })
  }

  /** All chats of a project, of which the list may have read a part only. */
  async exportProject(id: number, format: ExportFormat) {
    const ids: number[] = []
    await ipc.attempt(async () => {
      for (let count = 1; ids.length < count; ) {
        const part = await ipc.listConversations({ kind: 'project', id }, ids.length, PART)
        ids.push(...part.rows.map((row) => row.id))
        count = part.rows.length === 0 ? 0 : part.count
      }
      await this.export(ids, format, projects.all.find((project) => project.id === id)?.name)
    }, notices.refuse)
  }

  async print(id: number) {
    await ipc.attempt(async () => {
      await ipc.printChat(id)
      announcer.say(words.done.printing)
    }, notices.refuse)
  }

  async copy(id: number) {
    await ipc.attempt(async () => {
      await ipc.copyChat(id)
      announcer.say(words.chat.copied)
    }, notices.refuse)
  }

  /** Reads files that the person chooses, and shows what is in them. */
  async choose() {
    if (this.busy) return
    this.imported = null
    let found: ImportPreview | null = null
    await this.#run('import', async () => (found = await ipc.chooseImport()))
    this.preview = found
  }

  /** Brings in what was found. */
  async accept() {
    if (this.busy || !this.preview) return
    this.preview = null
    await this.#run('import', async () => {
      this.imported = await ipc.importChats()
      if (this.imported) announcer.hear(words.done.imported(this.imported.chats))
    })
  }

  async discard() {
    this.preview = null
    await ipc.attempt(() => ipc.cancelTransfer(), notices.refuse)
  }

  async cancel() {
    this.cancelling = true
    await ipc.attempt(() => ipc.cancelTransfer(), notices.refuse)
  }

  /** The newest chat that came in. */
  show() {
    const { newest } = this.imported ?? { newest: null }
    this.imported = null
    if (newest !== null) route.go('chat', newest)
  }

  async #run(busy: 'export' | 'import', work: () => Promise<unknown>) {
    this.busy = busy
    this.card = null
    this.cancelling = false
    await ipc.attempt(work, (card) => {
      this.card = card
      // Settings shows it itself; elsewhere it is told on top.
      if (route.view !== 'settings') notices.take([card])
    })
    this.busy = null
    this.view = null
  }
}

export const transfer = new Transfer()
