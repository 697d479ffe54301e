// The prompts: presets, with which chats begin, and snippets, which are put into messages.
import * as ipc from '../ipc'
import type { ErrorCard, NewPrompt, PromptChange, PromptKind, PromptsFound, PromptView } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { notices } from './notices.svelte'

const noParameters = { system: null, temperature: null, topP: null, maxTokens: null, budget: null, declared: {} }

class Prompts {
  /** By their names. */
  all = $state.raw<readonly PromptView[]>([])
  readonly presets = $derived(this.all.filter(({ kind }) => kind === 'preset'))
  readonly snippets = $derived(this.all.filter(({ kind }) => kind === 'snippet'))
  /** It was made a moment ago, and has no name of the person's own yet. */
  unnamed = $state<number | null>(null)
  /** What is in the file that was chosen: asked about until it comes in or is given up. */
  found = $state.raw<PromptsFound | null>(null)
  /** A file is written or read. */
  busy = $state(false)

  find(id: number | null): PromptView | undefined {
    return this.all.find((prompt) => prompt.id === id)
  }

  /** Its id, or null where it could not be made. */
  async create(kind: PromptKind, name: string, content: Partial<NewPrompt>, refused: (card: ErrorCard) => unknown): Promise<number | null> {
    let made: number | null = null
    await ipc.attempt(async () => {
      made = (await ipc.createPrompt({ text: '', model: null, parameters: noParameters, ...content, kind, name })).id
    }, refused)
    return made
  }

  /** Says why not, if the change was refused. */
  async change(id: number, change: Partial<PromptChange>): Promise<ErrorCard | null> {
    let refusal: ErrorCard | null = null
    await ipc.attempt(() => ipc.changePrompt(id, change), (card) => (refusal = card))
    return refusal
  }

  async remove({ id, name }: PromptView) {
    if (!(await ipc.attempt(() => ipc.deletePrompt(id), notices.refuse))) return
    announcer.offer(words.prompts.deleted(name), words.chats.undo, () => ipc.attempt(() => ipc.putBackPrompt(id), notices.refuse))
  }

  async exportAll() {
    await this.#run(async () => {
      const file = await ipc.exportPrompts()
      if (file !== null) announcer.say(words.prompts.exported(file))
    })
  }

  async chooseFile() {
    let found: PromptsFound | null = null
    await this.#run(async () => (found = await ipc.choosePrompts()))
    this.found = found
  }

  /** What is new comes in, and of what is other here those of these keys. */
  async accept(keys: readonly string[]) {
    this.found = null
    await this.#run(async () => {
      const { added, changed } = await ipc.importPrompts([...keys])
      announcer.say(words.prompts.imported(added, changed))
    })
  }

  async #run(work: () => Promise<unknown>) {
    if (this.busy) return
    this.busy = true
    await ipc.attempt(work, notices.refuse)
    this.busy = false
  }

  /** The name, or with a number behind it that makes it one of its own. */
  freeName(kind: PromptKind, name: string): string {
    const taken = new Set(this.all.filter((prompt) => prompt.kind === kind).map((prompt) => prompt.name.toLowerCase()))
    let free = name
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} ${number}`
    return free
  }
}

export const prompts = new Prompts()
