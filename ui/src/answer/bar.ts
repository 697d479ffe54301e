// The bar above a block of code: its language, its length, and what can be done with it. It stays in sight while a long block
// scrolls, and its words are drawn by the style sheet, so that a selection never picks them up.
import { words } from '../words/thread'
import { OWN } from './merge'

/** The bar lies in a layer over the whole block: the way along which it may stay. */
export function addBar(code: Element, lines: number) {
  const layer = document.createElement('div')
  layer.className = 'tools'
  layer.setAttribute(OWN, '')
  const bar = document.createElement('div')
  bar.className = 'code-head'
  bar.append(
    tool('wrap', words.answer.wrap, words.answer.wrapCode),
    tool('save', words.answer.save, words.answer.saveCode),
    tool('copy', words.answer.copy, words.answer.copyCode),
  )
  layer.append(bar)
  code.append(layer)
  tellLines(code, lines)
}

/** Says how long the block is by now. */
export function tellLines(code: Element | null, lines: number) {
  const language = code?.getAttribute('data-lang') ?? words.answer.noLanguage
  code?.querySelector('.code-head')?.setAttribute('data-label', lines === 0 ? language : `${language} · ${words.answer.lines(lines)}`)
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
