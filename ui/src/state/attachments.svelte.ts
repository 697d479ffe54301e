// The files of the message that is being written. Rust keeps them, so a reload or a restart loses none.
import * as ipc from '../ipc'
import type { AttachmentView, ErrorCard } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'

class Attachments {
  all = $state.raw<AttachmentView[]>([])
  /** What stands against sending them. */
  obstacle = $state.raw<ErrorCard | null>(null)
  /** Why the last file was not taken. */
  refusal = $state.raw<ErrorCard | null>(null)
  /** How many are being read. */
  reading = $state(0)
  #conversation: number | null = null
  #model: string | null = null
  #largest = Infinity
  #asked = 0

  get card(): ErrorCard | null {
    return this.refusal ?? this.obstacle
  }

  get ids(): number[] {
    return this.all.map((each) => each.id)
  }

  /** Those of the message that is being written here, to be sent to this model. */
  async show(conversation: number | null, model: string | null) {
    if (conversation !== this.#conversation) {
      this.all = []
      this.obstacle = null
      this.refusal = null
    }
    this.#conversation = conversation
    this.#model = model
    await this.reload()
  }

  async reload() {
    const asked = ++this.#asked
    try {
      const view = await ipc.draft(this.#conversation, this.#model)
      if (asked !== this.#asked) return
      this.all = view.attachments
      this.obstacle = view.card
      this.#largest = view.largest
    } catch (e) {
      if (asked === this.#asked) this.refusal = ipc.asCard(e)
    }
  }

  /** Files as they were chosen, dropped or pasted; of a folder only the name is known. */
  async add(files: readonly File[], folders: readonly string[] = []) {
    const conversation = this.#conversation
    this.refusal = null
    for (const name of folders) await this.#take(ipc.refuseFile(name, 'folder'))
    this.reading += files.length
    for (const file of files) {
      await this.#take(
        file.size > this.#largest
          ? ipc.refuseFile(file.name, String(file.size))
          : file.arrayBuffer().then(
              (bytes) => ipc.addAttachment(conversation, file.name, bytes),
              () => ipc.refuseFile(file.name, 'unreadable'),
            ),
      )
      this.reading--
    }
    await this.reload()
    const last = this.all.at(-1)
    if (last && !this.card) announcer.say(words.attachments.attached(last.name))
  }

  async remove(attachment: AttachmentView) {
    await this.#take(ipc.removeAttachment(attachment.id))
    await this.reload()
    announcer.say(words.attachments.removed(attachment.name))
  }

  async include(attachment: AttachmentView, on: boolean) {
    await this.#take(ipc.includeAttachment(attachment.id, on))
    await this.reload()
  }

  /** They belong to a message now. */
  sent() {
    this.#asked++
    this.all = []
    this.obstacle = null
    this.refusal = null
  }

  async #take(done: Promise<unknown>) {
    try {
      await done
    } catch (e) {
      this.refusal = ipc.asCard(e)
    }
  }
}

export const attachments = new Attachments()
