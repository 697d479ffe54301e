// Which presses open a menu. Fields keep the system's own, which alone offers spelling.
import { later } from '../later.svelte'
import { menu } from '../state/menu.svelte'

/** For the document: a press of the right button, or what the system takes for one. */
export function onContextMenu(event: MouseEvent) {
  const { target, clientX, clientY } = event
  if (!(target instanceof Element) || isField(target)) return
  event.preventDefault()
  // The same press of a key may come as both.
  if (menu.opened?.byKeyboard) return
  later.do('menus', ({ openAt }) => openAt(target, clientX, clientY))
}

/** For the document: what a button opens stands where its tooltip would. That comes again once the pointer was elsewhere. */
export function onPointerDown({ target }: PointerEvent) {
  const button = target instanceof Element ? target.closest<HTMLElement>('[aria-haspopup][title]') : null
  if (!button) return
  const { title } = button
  button.removeAttribute('title')
  button.addEventListener('pointerleave', () => button.hasAttribute('title') || (button.title = title), { once: true })
}

/** The menu key, or Shift F10: for what has the focus. Says whether the key was one of these. */
export function onMenuKey(event: KeyboardEvent): boolean {
  const isMenuKey = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)
  const target = document.activeElement
  if (!isMenuKey || !target || isField(target)) return false
  event.preventDefault()
  later.do('menus', ({ openByKey }) => openByKey(target))
  return true
}

/** The menu of a chat, below its button. */
export const openChatMenu = (id: number, button: Element) => later.do('menus', ({ openChatMenu }) => openChatMenu(id, button))

const isField = (target: Element) => target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]') !== null
