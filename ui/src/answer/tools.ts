// What the window adds to an answer's own elements.
import { words } from '../words'
import { OWN } from './merge'

/** Copy and Wrap. Their labels are drawn by the style sheet, so that a selection never picks them up. */
export function addTools(code: Element) {
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
