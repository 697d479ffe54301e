// What the window adds to an answer's own elements.
import { words } from '../words/thread'

/** What holds words of its own goes from the side of its first letter, a table as a whole, so that its columns do; code and formulas go from the left, and don't count. */
export function giveDirections(fresh: ParentNode) {
  for (const holder of fresh.querySelectorAll('p, li, h1, h2, h3, h4, h5, h6')) holder.setAttribute('dir', 'auto')
  for (const inner of fresh.querySelectorAll('code, math')) inner.setAttribute('dir', 'ltr')
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
