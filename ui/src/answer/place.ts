// Places the blocks of one answer, each in a box of its own. Blocks that did not change are not looked into, so that an
// update costs what it brings and not what stands there already.
import { words } from '../words'
import { Code, isCode } from './code'
import { mergeChildren, OWN } from './merge'
import { parse } from './policy'

export class Placed {
  #shown: readonly string[] = []
  #codes = new Map<Element, Code>()

  constructor(private readonly root: HTMLElement) {}

  show(blocks: readonly string[]) {
    const shown = this.#shown
    // Blocks that stay are the very same strings, so this compares no text.
    let first = 0
    while (first < blocks.length && blocks[first] === shown[first]) first++
    for (let i = first; i < blocks.length; i++) this.#place(i, blocks[i] ?? '')
    while (this.root.children.length > blocks.length) {
      const last = this.root.lastElementChild
      if (last) this.#codes.delete(last)
      last?.remove()
    }
    this.#shown = blocks
  }

  #place(index: number, html: string) {
    let box = this.root.children[index]
    if (!box) {
      box = document.createElement('div')
      box.className = 'block'
      this.root.append(box)
    }
    if (isCode(html)) {
      let code = this.#codes.get(box)
      if (!code) this.#codes.set(box, (code = new Code(box)))
      code.show(html)
    } else {
      if (this.#codes.delete(box)) box.replaceChildren()
      mergeChildren(box, parse(html))
    }
    for (const code of box.querySelectorAll('.code')) addTools(code)
    for (const task of box.querySelectorAll('input')) {
      task.setAttribute('aria-label', task.checked ? words.answer.done : words.answer.open)
    }
  }
}

/** Copy and Wrap. Their labels are drawn by the style sheet, so that a selection never picks them up. */
function addTools(code: Element) {
  if (code.lastElementChild?.hasAttribute(OWN)) return
  const tools = document.createElement('div')
  tools.className = 'tools'
  tools.setAttribute(OWN, '')
  tools.append(
    tool('wrap', words.answer.wrap, words.answer.wrapCode),
    tool('copy', words.answer.copy, words.answer.copyCode),
  )
  code.append(tools)
}

function tool(does: string, label: string, name: string) {
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.tool = does
  button.dataset.label = label
  button.setAttribute('aria-label', name)
  if (does === 'wrap') button.setAttribute('aria-pressed', 'false')
  return button
}
