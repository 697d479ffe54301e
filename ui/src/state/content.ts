// The content of one message as Rust hands them on. Who shows them is told what changed, so that nobody looks at what stands
// already, however long the answer has become.
import type { PieceView, TurnUpdate } from '../ipc'

export type Block = readonly PieceView[]
/** What stays, and what comes after it, as Rust says it of a turn. */
export type Change = Pick<Extract<TurnUpdate, { type: 'text' }>, 'keep' | 'within' | 'blocks'>

type Watcher = {
  /** `stands` tells of one of the blocks that it reads as what stands in its place. */
  change?(change: Change, stands: (index: number) => boolean): void
  /** More reasoning; what stood before is gone where it begins `afresh`. */
  reason?(text: string, afresh: boolean): void
}

const html = (block: Block) => (block.length === 1 ? (block[0]?.html ?? '') : block.map((piece) => piece.html).join(''))
const whole = (html: string): PieceView => ({ kind: 'whole', html })

export class Content {
  #blocks: Block[]
  #reasoning: string
  readonly #watchers = new Set<Watcher>()
  /** Which blocks of code a person has open, in the words of who places them. */
  readonly opened = new Set<string>()

  constructor(blocks: readonly string[], reasoning: string) {
    this.#blocks = blocks.map((html) => [whole(html)])
    this.#reasoning = reasoning
  }

  get hasText() {
    return this.#blocks.length > 0
  }

  get hasReasoning() {
    return this.#reasoning !== ''
  }

  /** Tells all that is there, and then what changes, until it is let go. */
  watch(watcher: Watcher): () => void {
    watcher.change?.({ keep: 0, within: 0, blocks: this.#blocks.map((block) => [...block]) }, () => false)
    watcher.reason?.(this.#reasoning, true)
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** All of it once more; `last` is the last block in pieces, where it has some. */
  replace(blocks: readonly string[], last: Block, reasoning: string) {
    const all: PieceView[][] = blocks.map((html) => [whole(html)])
    if (last.length > 0) all.splice(-1, 1, [...last])
    let keep = 0
    while (keep < all.length - 1 && this.#blocks[keep] && html(this.#blocks[keep] ?? []) === html(all[keep] ?? [])) keep++
    this.#change({ keep, within: 0, blocks: all.slice(keep) })
    if (reasoning !== this.#reasoning) {
      this.#reasoning = reasoning
      for (const watcher of this.#watchers) watcher.reason?.(reasoning, true)
    }
  }

  grow(change: Change, reasoning: string) {
    this.#change(change)
    if (reasoning === '') return
    this.#reasoning += reasoning
    for (const watcher of this.#watchers) watcher.reason?.(reasoning, false)
  }

  #change(change: Change) {
    const { keep, within, blocks } = change
    const old = this.#blocks
    if (blocks.length === 0 && keep === old.length) return
    const stands = (index: number) => html(old[keep + index] ?? []) === html(blocks[index] ?? [])
    for (const watcher of this.#watchers) watcher.change?.(change, stands)
    const begun = within > 0 ? (old[keep] as PieceView[] | undefined) : undefined
    old.length = keep
    blocks.forEach((pieces, i) => {
      if (i > 0 || !begun) return void old.push(pieces)
      begun.length = within
      begun.push(...pieces)
      old.push(begun)
    })
    // Only the last may still grow.
    for (let i = keep; i < old.length - 1; i++) old[i] = [whole(html(old[i] ?? []))]
  }
}
