// Long code stands folded: its first lines, and a button that opens the rest. All of its text stays on the page, so that a
// selection, a copy, a save and a search reach it as before.
import { words } from '../words/thread'

/** Longer code is folded, to as many lines as the style sheet leaves. */
const MOST_LINES = 40

const FOLDED = 'data-own-folded'

/** Tells who places the answer that a block was opened or folded. */
export const FOLD_EVENT = 'fold'

/** Those that nobody folded by hand: they open when they turn out to grow. */
const foldedByItself = new WeakSet<Element>()

/** Below a block that is long enough. It is said again with each update of a block that grows, and so looks at its end alone. */
export function addFold(code: Element, lines: number, folded: boolean) {
  const layer = code.lastElementChild
  if (lines <= MOST_LINES || !layer) return
  const button = layer.lastElementChild?.firstElementChild
  if (button instanceof HTMLButtonElement && button.dataset.tool === 'fold') {
    if (button.dataset.lines === String(lines)) return
    button.dataset.lines = String(lines)
    if (foldedByItself.has(code)) show(code, button, false)
    return
  }
  const added = document.createElement('button')
  added.type = 'button'
  added.dataset.tool = 'fold'
  added.dataset.lines = String(lines)
  const foot = document.createElement('div')
  foot.className = 'code-foot'
  foot.append(added)
  layer.append(foot)
  show(code, added, folded)
  if (folded) foldedByItself.add(code)
}

/** Opens what is folded, and folds what is open. */
export function turn(button: HTMLButtonElement) {
  const code = button.closest('.code')
  if (!code) return
  const folded = code.getAttribute(FOLDED) !== 'true'
  show(code, button, folded)
  // Its end may be far below the place where it stands folded.
  if (folded) code.scrollIntoView({ block: 'nearest' })
}

/** Opens the block that hides a range; says whether one did. */
export function reveal(range: Range): boolean {
  const code = range.startContainer.parentElement?.closest(`.code[${FOLDED}='true']`)
  const shown = code?.querySelector('code')
  if (!shown || range.getBoundingClientRect().bottom <= shown.getBoundingClientRect().bottom) return false
  const button = code?.querySelector<HTMLButtonElement>('[data-tool="fold"]')
  if (button) turn(button)
  return button instanceof HTMLButtonElement
}

function show(code: Element, button: HTMLButtonElement, folded: boolean) {
  foldedByItself.delete(code)
  const lines = Number(button.dataset.lines)
  code.setAttribute(FOLDED, String(folded))
  button.dataset.label = folded ? words.answer.showAll(lines) : words.answer.showLess
  button.setAttribute('aria-label', folded ? words.answer.showAllCode(lines) : words.answer.showLessCode)
  button.setAttribute('aria-expanded', String(!folded))
  code.dispatchEvent(new CustomEvent(FOLD_EVENT, { bubbles: true, detail: folded }))
}
