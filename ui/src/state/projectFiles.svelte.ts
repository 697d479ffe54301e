// The files of one project, on its page: what goes with each message of its chats, and what that costs with each turn.
import * as ipc from '../ipc'
import type { AttachmentView, ErrorCard, StandingCost } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'

export class ProjectFiles {
  readonly project: number
  all = $state.raw<readonly AttachmentView[]>([])
  /** How many are being read. */
  reading = $state(0)
  /** Why the last one was not taken. */
  card = $state.raw<ErrorCard | null>(null)
  /** Null as long as nothing is known. */
  cost = $state.raw<StandingCost | null>(null)
  #asked = 0
  #largest = Infinity

  constructor(project: number) {
    this.project = project
  }

  async load() {
    await this.#take(async () => {
      const { files, largest } = await ipc.projectFiles(this.project)
      this.all = files
      this.#largest = largest
    })
  }

  /** An estimate that can't be had is no failure of the page. */
  async estimate(model: string | null) {
    const asked = ++this.#asked
    const cost = model === null ? null : await ipc.standingCost(this.project, model).catch(() => null)
    if (asked === this.#asked) this.cost = cost
  }

  /** As they were chosen, dropped or pasted; of a folder only the name is known. */
  async add(files: readonly File[], folders: readonly string[] = []) {
    this.card = null
    this.reading += files.length
    for (const name of folders) await this.#take(() => ipc.refuseFile(name, 'folder'))
    for (const file of files) {
      await this.#take(async () => {
        if (file.size > this.#largest) return ipc.refuseFile(file.name, String(file.size))
        const bytes = await file.arrayBuffer().catch(() => null)
        if (bytes === null) return ipc.refuseFile(file.name, 'unreadable')
        await ipc.addProjectFile(this.project, file.name, bytes)
        announcer.hear(words.attachments.attached(file.name))
      })
      this.reading--
    }
  }

  async addText(text: string) {
    const name = this.#unused(words.attachments.pastedName)
    await this.add([new File([text], name, { type: 'text/plain' })])
  }

  /** The picture that the clipboard holds and the page was not told of. */
  async pastePicture() {
    this.card = null
    const name = this.#unused(words.attachments.pastedImage)
    await this.#take(() => ipc.pastePicture({ conversationId: null, insteadOf: null }, name, this.project))
  }

  async remove(file: AttachmentView) {
    await this.#take(() => ipc.deleteProjectFile(file.id))
    await this.load()
    announcer.say(words.attachments.removed(file.name))
  }

  async include(file: AttachmentView) {
    await this.#take(() => ipc.includeAttachment(file.id, true))
  }

  #unused(called: (n: number) => string): string {
    let number = 1
    while (this.all.some((file) => file.name === called(number))) number++
    return called(number)
  }

  async #take(act: () => Promise<unknown>) {
    await ipc.attempt(act, (card) => (this.card = card))
  }
}
