// What pressing something inside an answer does. One handler for the whole window, before any other: no link leaves by
// itself, whichever button, key or drag it is tried with.

import { later } from '../later.svelte'
import type { Acts } from './press'
import { textOf } from './unseen'

export function catchGestures(acts: Acts): () => void {
  const onPress = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : null
    const link = target?.closest('a[href]')
    const href = link?.getAttribute('href') ?? ''
    if (link && !href.startsWith('#')) {
      event.preventDefault()
      event.stopPropagation()
      // The left and the middle button open; the right one shows a menu.
      if (event.button < 2) acts.openLink(href)
    } else if (event.type === 'auxclick' && link) {
      event.preventDefault()
    }
    const button = target?.closest<HTMLButtonElement>('.answer button')
    if (!button || event.button !== 0) return
    if (button.dataset.src) acts.openLink(button.dataset.src)
    if (button.dataset.tool) later.do('inAnswer', ({ useTool }) => useTool(button, acts))
  }
  // What a selection leaves out of code, since it is drawn and no text.
  const onCopy = (event: ClipboardEvent) => {
    const selection = document.getSelection()
    if (!selection?.rangeCount) return
    const range = selection.getRangeAt(0)
    const around = range.commonAncestorContainer
    const code = (around instanceof Element ? around : around.parentElement)?.closest('.answer code')
    const selected = range.cloneContents()
    if (!code || !selected.querySelector('[data-sign]')) return
    event.clipboardData?.setData('text/plain', textOf(selected))
    event.preventDefault()
  }
  const onDrag = (event: DragEvent) => {
    if (event.target instanceof Element && event.target.closest('a[href], img')) event.preventDefault()
  }
  document.addEventListener('click', onPress, true)
  document.addEventListener('auxclick', onPress, true)
  document.addEventListener('copy', onCopy, true)
  document.addEventListener('dragstart', onDrag, true)
  // What is dropped on the window must not be opened in it, in any view. Text may be dragged into a field, and files to
  // where a message is written; anywhere else the cursor says that nothing is taken.
  const refuse = (event: DragEvent) => {
    const hasFiles = event.dataTransfer?.types.includes('Files') ?? false
    if (!hasFiles && event.target instanceof Element && event.target.closest('textarea, input')) return
    event.preventDefault()
    const isTaken = hasFiles && document.querySelector('.composer') !== null
    if (event.dataTransfer && !isTaken) event.dataTransfer.dropEffect = 'none'
  }
  document.addEventListener('dragover', refuse, true)
  document.addEventListener('drop', refuse, true)
  return () => {
    document.removeEventListener('click', onPress, true)
    document.removeEventListener('auxclick', onPress, true)
    document.removeEventListener('copy', onCopy, true)
    document.removeEventListener('dragstart', onDrag, true)
    document.removeEventListener('dragover', refuse, true)
    document.removeEventListener('drop', refuse, true)
  }
}
