// A code block that grows by lines. Finished lines are parsed and laid out once, in groups that stand for themselves, so
// that a line at the end of two thousand costs what a first line costs. Rust's coloring never crosses a line's end.
import { mergeChildren } from './merge'
import { parse } from './policy'

const HEAD = /^<div class="code"[^>]*><pre><code>/
const TAIL = '</code></pre></div>'
const LINES_IN_GROUP = 40

const headOf = (html: string) => (html.endsWith(TAIL) ? HEAD.exec(html)?.[0] : undefined)
export const isCode = (html: string) => headOf(html) !== undefined

export class Code {
  #head = ''
  #finished = ''
  #code: Element | null = null
  #group: Element | null = null
  #linesInGroup = 0
  /** The line that is still being written. */
  #open: Element | null = null

  constructor(private readonly box: Element) {}

  show(html: string) {
    const head = headOf(html) ?? ''
    if (head !== this.#head || !html.startsWith(this.#finished)) this.#begin(head)
    const fresh = html.slice(this.#finished.length, -TAIL.length)
    const end = fresh.lastIndexOf('\n') + 1
    if (end > 0) this.#append(fresh.slice(0, end))
    this.#write(fresh.slice(end))
    this.#finished = html.slice(0, this.#finished.length + end)
  }

  #begin(head: string) {
    this.#head = this.#finished = head
    this.box.replaceChildren(parse(head + TAIL))
    this.#code = this.box.querySelector('code')
    this.#group = this.#open = null
  }

  #append(lines: string) {
    // What was open is among these lines, now whole.
    this.#open?.remove()
    this.#open = null
    let from = 0
    while (from < lines.length) {
      if (!this.#group || this.#linesInGroup >= LINES_IN_GROUP) {
        this.#group = this.#addGroup()
        this.#linesInGroup = 0
      }
      let to = from
      while (to < lines.length && this.#linesInGroup < LINES_IN_GROUP) {
        to = lines.indexOf('\n', to) + 1
        this.#linesInGroup++
      }
      this.#group.append(parse(lines.slice(from, to)))
      from = to
    }
  }

  #write(line: string) {
    if (line === '') {
      this.#open?.remove()
      this.#open = null
      return
    }
    this.#open ??= this.#addGroup()
    mergeChildren(this.#open, parse(line))
  }

  #addGroup(): Element {
    const group = document.createElement('span')
    group.className = 'lines'
    this.#code?.append(group)
    return group
  }
}

/** The code as it came: where a mark shows a character that cannot be seen, the character itself. */
export function textOf(code: Element | DocumentFragment): string {
  const copy = code.cloneNode(true) as Element | DocumentFragment
  for (const mark of copy.querySelectorAll<HTMLElement>('[data-sign]')) {
    mark.textContent = String.fromCodePoint(parseInt(mark.dataset.sign?.slice(2) ?? '', 16))
  }
  return copy.textContent ?? ''
}
