// Makes what stands on the page equal to new nodes while touching only what differs: an open selection, a scrolled
// table and everything that is drawn already stay as they are.

/** Marks nodes that the window itself added to an answer, such as the buttons of a code block. */
export const OWN = 'data-own'

const isOwn = (node: Node) => node instanceof Element && node.hasAttribute(OWN)

/** Nodes of a parent's end become equal to new ones; gives those that stand there then. */
export function mergeNodes(parent: Element, old: readonly ChildNode[], fresh: Node): ChildNode[] {
  const wanted = [...fresh.childNodes]
  old.slice(wanted.length).forEach((node) => node.remove())
  return wanted.map((node, i) => {
    const shown = old[i]
    if (shown) return merge(shown, node)
    parent.append(node)
    return node
  })
}

function mergeChildren(old: Element, fresh: Element) {
  let shown: ChildNode | null = old.firstChild
  let wanted: ChildNode | null = fresh.firstChild
  while (wanted) {
    const next: ChildNode | null = wanted.nextSibling
    if (!shown || isOwn(shown)) {
      old.insertBefore(wanted, shown)
    } else {
      const after: ChildNode | null = shown.nextSibling
      merge(shown, wanted)
      shown = after
    }
    wanted = next
  }
  while (shown) {
    const after: ChildNode | null = shown.nextSibling
    if (!isOwn(shown)) shown.remove()
    shown = after
  }
}

/** The node that stands there then. */
function merge(old: ChildNode, fresh: ChildNode): ChildNode {
  if (old instanceof Text && fresh instanceof Text) {
    if (old.data === fresh.data) return old
    // Appending keeps a selection that setting the text would drop.
    if (fresh.data.startsWith(old.data)) old.appendData(fresh.data.slice(old.length))
    else old.data = fresh.data
    return old
  }
  const isSameKind = old instanceof Element && fresh instanceof Element && old.tagName === fresh.tagName
  if (!isSameKind) {
    old.replaceWith(fresh)
    return fresh
  }
  mergeAttributes(old, fresh)
  mergeChildren(old, fresh)
  return old
}

function mergeAttributes(old: Element, fresh: Element) {
  for (const { name, value } of [...fresh.attributes]) if (old.getAttribute(name) !== value) old.setAttribute(name, value)
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name) && !name.startsWith('data-own')) old.removeAttribute(name)
}
