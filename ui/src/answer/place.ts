// Places the blocks of one answer, each in a box of its own. What did not change is not looked into, so that an update
// costs what it brings and not what stands there already. To lay out one more, the web view looks at all that stand beside
// it: so they stand in groups, which say nothing to who reads or listens.
import type { Block, Change } from '../state/content'
import { FOLD_EVENT } from './fold'
import { Pieces } from './pieces'
import { Reach } from './reach'

const BLOCKS_IN_GROUP = 40

/** What may be wider than the column, and then scrolls by itself. */
const WIDE = ['<table', '<p><math display="block"']

export class Placed {
  #boxes: HTMLElement[] = []
  readonly #reach: Reach
  /** The last block, which may still grow. */
  #last: { box: HTMLElement; pieces: Pieces } | null = null

  /** `opened` keeps which blocks of code a person has open, for when the answer is placed once more. */
  constructor(
    private readonly root: HTMLElement,
    private readonly opened: Set<string> = new Set(),
  ) {
    this.#reach = new Reach(root)
    root.addEventListener('click', ({ target }) => {
      const code = target instanceof Element && target.matches('[data-tool]') ? target.closest('.code') : null
      if (code) this.#reach.look(code)
    })
    root.addEventListener(FOLD_EVENT, (event) => {
      const place = event.target instanceof Element ? this.#placeOf(event.target) : null
      if (place === null) return
      if ((event as CustomEvent<boolean>).detail) this.opened.delete(place)
      else this.opened.add(place)
    })
  }

  end() {
    this.#reach.end()
  }

  show({ keep, within, blocks }: Change, stands: (index: number) => boolean) {
    blocks.forEach((block, i) => {
      if (i === 0 && within > 0) {
        this.#last?.pieces.show(within, block)
        if (this.#last?.box.classList.contains('wide')) this.#reach.look(this.#last.box)
        return
      }
      const isLast = i === blocks.length - 1
      // A definition that comes late changes some blocks, and not those between them.
      if (isLast || !stands(i)) this.#place(keep + i, block)
    })
    const count = keep + blocks.length
    for (const box of this.#boxes.splice(count)) {
      const group = box.parentElement
      box.remove()
      if (group?.childElementCount === 0) group.remove()
    }
    if (this.#last?.box !== this.#boxes.at(-1)) this.#last = null
  }

  #place(index: number, block: Block) {
    const box = this.#boxes[index] ?? this.#addBox(index)
    if (this.#last?.box !== box) {
      box.replaceChildren()
      this.#last = { box, pieces: new Pieces(box, (code) => this.opened.has(this.#placeOf(code) ?? ''), (changed) => this.#reach.look(changed)) }
    }
    const html = block[0]?.html ?? ''
    box.className = WIDE.some((begins) => html.startsWith(begins)) ? 'block wide' : 'block'
    this.#last.pieces.show(0, block)
    if (box.classList.contains('wide')) this.#reach.look(box)
  }

  /** Which block of code it is, in which block. */
  #placeOf(code: Element): string | null {
    const box = code.closest<HTMLElement>('.block')
    return box && `${this.#boxes.indexOf(box)} ${[...box.querySelectorAll('.code')].indexOf(code)}`
  }

  #addBox(index: number): HTMLElement {
    const box = document.createElement('div')
    // Each block goes from the side that its own letters go from.
    box.setAttribute('dir', 'auto')
    if (index % BLOCKS_IN_GROUP === 0) {
      const group = document.createElement('div')
      group.className = 'blocks'
      this.root.append(group)
    }
    this.root.lastElementChild?.append(box)
    this.#boxes.push(box)
    return box
  }
}
