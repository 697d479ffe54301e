// Marks words on the page without a change of it: the text nodes stay whole, so that selections, streams and copies do not notice.

/** The names of the two kinds, as the style sheet has them. */
const FOUND = 'found'
const NOW = 'found-now'

/** Where these stand below an element, also across bold and links, in their order. */
export function rangesOf(root: Element, written: readonly string[]): Range[] {
  const nodes: { node: Text; start: number }[] = []
  let text = ''
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const node = walker.currentNode as Text
    if (node.parentElement?.closest('.sr, button')) continue
    nodes.push({ node, start: text.length })
    text += node.data
  }
  const found = written.filter((each) => each !== '').flatMap((each) => {
    const places: { start: number; end: number }[] = []
    for (let at = text.indexOf(each); at >= 0; at = text.indexOf(each, at + each.length)) places.push({ start: at, end: at + each.length })
    return places
  })
  found.sort((a, b) => a.start - b.start)
  return found.map(({ start, end }) => rangeOf(nodes, start, end))
}

function rangeOf(nodes: { node: Text; start: number }[], start: number, end: number): Range {
  const range = document.createRange()
  const first = nodes.findLast((each) => each.start <= start)
  const last = nodes.findLast((each) => each.start < end)
  if (first && last) {
    range.setStart(first.node, start - first.start)
    range.setEnd(last.node, end - last.start)
  }
  return range
}

/** A web view without such marks shows none. */
export function paint(all: Range[], now: Range | undefined) {
  if (typeof Highlight === 'undefined' || !('highlights' in CSS)) return
  const set = (name: string, ranges: Range[]) => (ranges.length > 0 ? CSS.highlights.set(name, new Highlight(...ranges)) : CSS.highlights.delete(name))
  set(FOUND, all.filter((range) => range !== now))
  set(NOW, now ? [now] : [])
}
