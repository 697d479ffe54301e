// Whose a key is. Those of a composition (Japanese, Chinese, Korean, accents) are its own, so that the Enter that picks a word
// sends nothing and the Esc that drops one stops nothing; those pressed while a menu or a dialog is open are that one's.

/** WebKit tells of the key that ends a composition after its end, with `isComposing` false and the code of such keys. */
const OF_INPUT_METHOD = 229

/** For the window's capture phase: no other handler hears of such a key. What the key does to the text stays. */
export function keepComposing(event: KeyboardEvent) {
  if (event.isComposing || event.keyCode === OF_INPUT_METHOD) event.stopImmediatePropagation()
}

/** What lies over the page says so of itself, as it has to for a screen reader. */
const OVER = 'dialog[open], [role="dialog"], [role="menu"], [role="listbox"], [aria-haspopup][aria-expanded="true"]'

export const isField = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input:not([type="checkbox"], [type="radio"]), textarea, select'))

/** Nothing else has a use for this key: nobody took it, no field has the cursor, and nothing lies over the page. */
export const isFree = (event: KeyboardEvent) =>
  !event.defaultPrevented && !isField(event.target) && document.querySelector(OVER) === null

/** It writes a letter, or pastes. A space is not meant: it scrolls the page and presses buttons. */
export function isWriting(event: KeyboardEvent) {
  const { key } = event
  const isCommand = event.ctrlKey || event.metaKey
  if (event.getModifierState('AltGraph')) return [...key].length === 1
  if (event.altKey) return false
  return isCommand ? key.toLowerCase() === 'v' : [...key].length === 1 && key !== ' '
}
