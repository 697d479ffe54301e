// What the buttons of code do.
import { turn } from './fold'
import { textOf } from './unseen'

export type Acts = { openLink(url: string): void; copyCode(text: string): void; saveCode(language: string | null, text: string): void }

export function useTool(button: HTMLButtonElement, acts: Acts) {
  const block = button.closest('.code')
  const code = block?.querySelector('code')
  const text = code ? textOf(code) : ''
  if (button.dataset.tool === 'copy') {
    acts.copyCode(text)
  } else if (button.dataset.tool === 'save') {
    acts.saveCode(block?.getAttribute('data-lang') ?? null, text)
  } else if (button.dataset.tool === 'fold') {
    turn(button)
  } else {
    const isWrapped = button.getAttribute('aria-pressed') !== 'true'
    button.setAttribute('aria-pressed', String(isWrapped))
    block?.setAttribute('data-own-wrap', String(isWrapped))
  }
}
