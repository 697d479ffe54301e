// The prompts: presets, with which chats begin, and snippets, which are put into messages.
import * as ipc from '../ipc'
import type { ErrorCard, NewPrompt, PromptChange, PromptKind, PromptView } from '../ipc'
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

  /** The name, or with a number behind it that makes it one of its own. */
  freeName(kind: PromptKind, name: string): string {
    const taken = new Set(this.all.filter((prompt) => prompt.kind === kind).map((prompt) => prompt.name.toLowerCase()))
    let free = name
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name} ${number}`
    return free
  }
}

export const prompts = new Prompts()
