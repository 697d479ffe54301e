// One block on the page, piece by piece: items, rows and lines of code that are finished are not touched again, and what
// is taken back is taken back from the end.
import type { Block } from '../state/content'
import { addBar, tellLines } from './bar'
import { addFold } from './fold'
import { mergeNodes } from './merge'
import { parse } from './policy'
import { giveDirections, leaveRoom, nameTasks } from './tools'

/** Lines of code stand in groups, and so do the later items of a list, since the web view looks at all that stand beside a
    new one. A row can't: where it ends up depends on the whole table. */
const IN_GROUP = 40

/** An element that is open, and the group in it that takes what comes, with as much as there is in it; and in all of them. */
type Open = { inner: Element; group: Element; count: number; total: number }

type Placement =
  | { kind: 'whole'; open: Open; nodes: ChildNode[] }
  | { kind: 'open'; open: Open; outer: Element }
  | { kind: 'close'; open: Open }

export class Pieces {
  #open: Open[]
  #placed: Placement[] = []
  /** Blocks of code that began with what is placed now: nobody has read in them yet. */
  #begun = new Set<Element>()

  /** `stays` says of a block of code whether a person has it open; `changed` hears of each that may be wider now, and of formulas. */
  constructor(
    box: Element,
    private readonly stays: (code: Element) => boolean,
    private readonly changed: (code: Element) => void,
  ) {
    this.#open = [{ inner: box, group: box, count: 0, total: 0 }]
  }

  /** After the first `keep` pieces, which stay, come these. */
  show(keep: number, pieces: Block) {
    this.#begun.clear()
    let spare: ChildNode[] = []
    while (this.#placed.length > keep) {
      // Text that grows keeps its node, and with it a selection.
      const reuse = this.#placed.length === keep + 1 && pieces[0]?.kind === 'whole'
      spare = this.#takeBack(reuse)
    }
    for (const piece of pieces) {
      if (piece.kind === 'close') this.#close()
      else if (piece.kind === 'open') this.#begin(piece.html)
      else this.#append(piece.html, spare)
      spare = []
    }
  }

  #append(html: string, spare: ChildNode[]) {
    const open = this.#innermost()
    const fresh = parse(html)
    giveDirections(fresh)
    for (const list of fresh.querySelectorAll('ol')) leaveRoom(list, list.childElementCount)
    const codes = [...fresh.querySelectorAll('.code')].map((code) => ({ code, lines: code.textContent.trimEnd().split('\n').length }))
    for (const { code, lines } of codes) addBar(code, lines)
    const tasks = nameTasks(fresh)
    const mayScroll = codes.length > 0 || fresh.querySelector('math[display="block"]') !== null
    if (spare.length === 0) enter(open)
    const nodes = mergeNodes(open.group, spare, fresh)
    for (const { code, lines } of codes) if (code.isConnected) addFold(code, lines, !this.stays(code))
    const line = open.inner.tagName === 'CODE' ? open.inner.closest('.code') : null
    if (line) this.changed(line)
    if (mayScroll) for (const node of nodes) if (node instanceof Element) this.changed(node)
    for (const task of tasks) task.closest('li')?.classList.add('task')
    this.#placed.push({ kind: 'whole', open, nodes })
  }

  #begin(html: string) {
    const fresh = parse(html)
    const outer = fresh.firstElementChild
    if (!outer) return
    let inner = outer
    while (inner.lastElementChild) inner = inner.lastElementChild
    giveDirections(fresh)
    if (outer.classList.contains('code')) {
      addBar(outer, 0)
      this.#begun.add(outer)
    }
    const open = this.#innermost()
    enter(open)
    open.group.append(outer)
    this.#placed.push({ kind: 'open', open, outer })
    this.#open.push({ inner, group: inner, count: 0, total: 0 })
  }

  #close() {
    const open = this.#open.pop()
    if (!open) return
    this.#placed.push({ kind: 'close', open })
    const code = open.inner.tagName === 'CODE' ? open.inner.closest('.code') : null
    if (code) {
      addFold(code, open.total, this.#begun.has(code) && !this.stays(code))
      this.changed(code)
    }
  }

  /** Takes the last piece back, but for its nodes where these are to be used again. */
  #takeBack(reuse: boolean): ChildNode[] {
    const last = this.#placed.pop()
    if (last?.kind === 'close') this.#open.push(last.open)
    if (last?.kind === 'open') {
      this.#open.pop()
      last.outer.remove()
      leave(last.open)
    }
    if (last?.kind !== 'whole') return []
    if (reuse) return last.nodes
    for (const node of last.nodes) node.remove()
    leave(last.open)
    return []
  }

  #innermost(): Open {
    return this.#open[this.#open.length - 1] as Open
  }
}

/** Makes room for one more. */
function enter(open: Open) {
  const isCode = open.inner.tagName === 'CODE'
  const isList = open.inner.tagName === 'UL' || open.inner.tagName === 'OL'
  if ((isCode && open.group === open.inner) || ((isCode || isList) && open.count === IN_GROUP)) {
    const group = document.createElement(isCode ? 'span' : 'div')
    group.className = isCode ? 'lines' : 'items'
    if (isList) group.role = 'none'
    open.inner.append(group)
    open.group = group
    open.count = 0
  }
  open.count++
  tell(open, 1)
}

/** The last one is gone. */
function leave(open: Open) {
  open.count--
  tell(open, -1)
  if (open.count > 0 || open.group === open.inner) return
  open.group.remove()
  const before = open.inner.lastElementChild
  const isGroup = before?.matches('.lines, .items') ?? false
  open.group = before && isGroup ? before : open.inner
  open.count = open.inner.tagName === 'CODE' && !isGroup ? 0 : IN_GROUP
}

/** The bar of a block of code says its length, and a list has room for its numbers. */
function tell(open: Open, more: number) {
  open.total += more
  if (open.inner.tagName === 'CODE') tellLines(open.inner.closest('.code'), open.total)
  if (open.inner instanceof HTMLOListElement) leaveRoom(open.inner, open.total)
}
