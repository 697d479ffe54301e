// Wide code, tables and formulas by keyboard. happy-dom lays nothing out: how wide they are is said here.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Placed } from '../../ui/src/answer/place'
import type { PieceView } from '../../ui/src/ipc'
import { Content } from '../../ui/src/state/content'
import { whole } from './samples'

const widths = new Map<string, number>()
let measured = 0
let resized: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  measured = 0
  resized = []
  widths.clear()
  vi.stubGlobal('ResizeObserver', class {
    constructor(told: () => void) {
      resized.push(told)
    }
    observe() {}
    disconnect() {}
  })
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(680)
  vi.spyOn(HTMLElement.prototype, 'scrollWidth', 'get').mockImplementation(function (this: HTMLElement) {
    measured++
    return widths.get(this.tagName === 'PRE' ? 'pre' : this.querySelector('table') ? 'table' : 'formula') ?? 0
  })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.useRealTimers()
  document.body.replaceChildren()
})

function page() {
  const root = document.createElement('div')
  document.body.append(root)
  const words = new Content([], '')
  const placed = new Placed(root)
  words.watch({ change: (change, stands) => placed.show(change, stands) })
  const grow = (keep: number, within: number, ...pieces: PieceView[]) => words.grow({ keep, within, blocks: [pieces] }, '')
  return { root, grow, end: () => placed.end() }
}
const code = (...lines: string[]): PieceView[] => [{ kind: 'open', html: '<div class="code" data-lang="sh"><pre><code></code></pre></div>' }, ...lines.map(whole)]
const facts = (element: Element | null | undefined) => ['tabindex', 'role', 'aria-label'].map((name) => element?.getAttribute(name) ?? null)

test('code that is too wide can have the cursor while it comes, and is measured a few times a second, however much does', () => {
  const { root, grow } = page()
  widths.set('pre', 2_000)
  grow(0, 0, ...code('one\n'))
  expect(facts(root.querySelector('pre')), 'nothing was laid out yet').toEqual([null, null, null])
  for (let line = 0; line < 500; line++) grow(0, 2 + line, whole(`line ${line}\n`))
  expect(measured).toBe(0)
  vi.advanceTimersByTime(300)
  expect(measured).toBe(1)
  expect(facts(root.querySelector('pre'))).toEqual(['0', 'group', 'Code'])
})

test('what fits has no place in the order of Tab, and loses it with more room, but not under the cursor', () => {
  const { root, grow } = page()
  widths.set('pre', 600)
  grow(0, 0, ...code('one\n'), { kind: 'close', html: '' })
  vi.advanceTimersByTime(300)
  const shown = root.querySelector('pre')
  expect(facts(shown)).toEqual([null, null, null])

  const change = (width: number, room: number) => {
    widths.set('pre', width)
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(room)
    for (const told of resized) told()
    vi.advanceTimersByTime(300)
  }
  change(600, 400)
  expect(facts(shown)).toEqual(['0', 'group', 'Code'])
  shown?.focus()
  change(600, 700)
  expect(facts(shown)).toEqual(['0', 'group', 'Code'])
  shown?.blur()
  change(600, 800)
  expect(facts(shown)).toEqual([null, null, null])
})

test('wide tables and formulas have a name of their own', () => {
  const { root, grow } = page()
  widths.set('table', 900).set('formula', 900)
  grow(0, 0, whole('<table><tbody><tr><td>a</td></tr></tbody></table>'))
  grow(1, 0, whole('<p><math display="block"><mi>x</mi></math></p>'))
  vi.advanceTimersByTime(300)
  expect([...root.querySelectorAll('.block')].map(facts)).toEqual([['0', 'group', 'Table'], ['0', 'group', 'Formula']])
})

test('an answer that is gone is measured no more', () => {
  const { grow, end } = page()
  grow(0, 0, ...code('one\n'))
  end()
  vi.advanceTimersByTime(300)
  expect(measured).toBe(0)
})
