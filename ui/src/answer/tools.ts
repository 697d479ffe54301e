// What the window adds to an answer's own elements.
import { words } from '../words'
import { parse } from './policy'

/** What holds words of its own goes from the side of its first letter, a table as a whole, so that its columns do; code and formulas go from the left, and don't count. */
export function giveDirections(fresh: ParentNode) {
  for (const holder of fresh.querySelectorAll('p, li, h1, h2, h3, h4, h5, h6')) holder.setAttribute('dir', 'auto')
  for (const inner of fresh.querySelectorAll('code, math')) inner.setAttribute('dir', 'ltr')
}

const TRIAL = '<math><mrow><mo>(</mo><mtable><mtr><mtd><mn>1</mn></mtd></mtr><mtr><mtd><mn>2</mn></mtd></mtr></mtable><mo>)</mo></mrow></math>'

/** Tells the style sheet, once there is a formula, whether signs grow by themselves here: that takes a font for mathematics.
    It asks for a layout, and so waits until all that came is placed: in between, the page is shorter than it will be, and
    the web view would scroll it back. */
export function tryMath(fresh: ParentNode) {
  if (!document.documentElement.dataset.math && fresh.querySelector('math')) queueMicrotask(measureMath)
}

export function measureMath() {
  const { dataset } = document.documentElement
  if (dataset.math) return
  const trial = document.createElement('div')
  trial.className = 'trial'
  trial.append(parse(TRIAL))
  document.body.append(trial)
  const height = (what: string) => trial.querySelector(what)?.getBoundingClientRect().height ?? 0
  dataset.math = height('mo') < height('mtable') * 0.9 ? 'plain' : 'font'
  trial.remove()
}

/** A list's numbers stand in its own column: the style sheet leaves room for two digits, and is told here of more. */
export function leaveRoom(list: HTMLOListElement, items: number) {
  const digits = String(list.start + Math.max(items, 1) - 1).length
  if (digits > 2) list.setAttribute('data-own-digits', String(digits))
}

/** Says what the boxes of a list of tasks stand for; gives them. */
export function nameTasks(fresh: DocumentFragment): HTMLInputElement[] {
  const tasks = [...fresh.querySelectorAll('input')]
  for (const task of tasks) task.setAttribute('aria-label', task.checked ? words.answer.done : words.answer.open)
  return tasks
}

/** The code as it came: where a mark shows a character that cannot be seen, the character itself. */
export function textOf(code: Element | DocumentFragment): string {
  const copy = code.cloneNode(true) as Element | DocumentFragment
  for (const mark of copy.querySelectorAll<HTMLElement>('[data-sign]')) {
    mark.textContent = String.fromCodePoint(parseInt(mark.dataset.sign?.slice(2) ?? '', 16))
  }
  return copy.textContent ?? ''
}
