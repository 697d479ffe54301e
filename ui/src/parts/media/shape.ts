// The room that a picture takes in an answer, known before it is there, so that nothing below it moves; and what frees it again.
import type { MediaView } from '../../ipc'

/** Pixels: as wide as an answer allows, and no taller than is seen at once. */
export const WIDEST = 520
const TALLEST = 480

/** What its address says, where Poe's tell a size: `?w=1024&h=768`. */
function told(url: string): [width: number, height: number] | null {
  if (!URL.canParse(url)) return null
  const { searchParams } = new URL(url)
  const side = (name: string) => Math.round(Number(searchParams.get(name)))
  const [width, height] = [side('w'), side('h')]
  return width > 0 && height > 0 ? [width, height] : null
}

export function shape(view: Pick<MediaView, 'width' | 'height' | 'url'>): { ratio: string; width: number } {
  const known = view.width !== null && view.height !== null && view.width > 0 && view.height > 0
  const [width, height] = (known ? [view.width as number, view.height as number] : told(view.url)) ?? [320, 320]
  const scale = Math.min(1, WIDEST / width, TALLEST / height)
  // A strip stays one that can be pressed.
  return { ratio: `${width} / ${Math.max(height, Math.ceil(width / 20))}`, width: Math.max(48, Math.round(width * scale)) }
}

/** Of an image: what it is drawn from is held until its element is swept up, unless it has none any longer. */
export const letGo = (image: HTMLImageElement) => () => image.removeAttribute('src')
