// Characters that cannot be seen: code shows a mark in their place.

/** The code as it came: where a mark shows a character that cannot be seen, the character itself. */
export function textOf(code: Element | DocumentFragment): string {
  const copy = code.cloneNode(true) as Element | DocumentFragment
  for (const mark of copy.querySelectorAll<HTMLElement>('[data-sign]')) {
    mark.textContent = String.fromCodePoint(parseInt(mark.dataset.sign?.slice(2) ?? '', 16))
  }
  return copy.textContent ?? ''
}
