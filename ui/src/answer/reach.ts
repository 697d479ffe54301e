// Code, tables and formulas that are wider than their place scroll by keyboard, too: as long as they are, they can have the cursor,
// and have a name. Only what has changed is measured, a few times a second, and all of it when there is more or less room.
import { words } from '../words/thread'

/** Milliseconds in which what comes is looked at once. */
const REST = 250

const REGIONS = 'pre, .block.wide, math[display="block"]'

export class Reach {
  readonly #changed = new Set<Element>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #room = ''
  readonly #observer: ResizeObserver

  constructor(root: HTMLElement) {
    this.#observer = new ResizeObserver(() => {
      const room = `${root.clientWidth} ${getComputedStyle(root).fontSize}`
      if (room === this.#room) return
      this.#room = room
      this.look(root)
    })
    this.#observer.observe(root)
  }

  /** What is in it, or it itself, may be wider now. */
  look(changed: Element) {
    this.#changed.add(changed)
    this.#timer ??= setTimeout(() => this.#measure(), REST)
  }

  end() {
    clearTimeout(this.#timer)
    this.#observer.disconnect()
  }

  #measure() {
    this.#timer = undefined
    const all = new Set<Element>()
    for (const changed of this.#changed) {
      if (changed.matches(REGIONS)) all.add(changed)
      for (const region of regionsIn(changed)) all.add(region)
    }
    this.#changed.clear()
    // Reading first, or each would lay the page out anew.
    const found = [...all].map((region) => ({ region, scrolls: region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight + 1 }))
    for (const { region, scrolls } of found) tell(region, scrolls)
  }
}

/** For an element whose regions are there from its beginning. */
export function reachable(root: HTMLElement) {
  const reach = new Reach(root)
  return () => reach.end()
}

/** Of a block of code there is one, and its lines need not be looked through. */
function regionsIn(element: Element): Iterable<Element> {
  if (!element.classList.contains('code')) return element.querySelectorAll(REGIONS)
  const shown = element.querySelector('pre')
  return shown ? [shown] : []
}

function tell(region: Element, scrolls: boolean) {
  if (scrolls === region.hasAttribute('tabindex')) return
  if (scrolls) {
    region.setAttribute('tabindex', '0')
    // A formula is its own name.
    if (region.tagName === 'math') return
    region.setAttribute('role', 'group')
    region.setAttribute('aria-label', region.tagName === 'PRE' ? words.answer.wide.code : region.querySelector('table') ? words.answer.wide.table : words.answer.wide.formula)
  } else if (region !== document.activeElement) {
    for (const name of ['tabindex', 'role', 'aria-label']) region.removeAttribute(name)
  }
}
