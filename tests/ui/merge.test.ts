// Blocks on the page: only what changed is touched, and what the window added stays.
import { expect, test, vi } from 'vitest'
import { turn } from '../../ui/src/answer/fold'
import { catchGestures } from '../../ui/src/answer/gestures'
import { Placed } from '../../ui/src/answer/place'
import type { PieceView } from '../../ui/src/ipc'
import { Content } from '../../ui/src/state/content'
import { whole } from './samples'

const open = (html: string): PieceView => ({ kind: 'open', html })
const close = (html: string): PieceView => ({ kind: 'close', html })

function page() {
  const root = document.createElement('div')
  document.body.append(root)
  const words = new Content([], '')
  const placed = new Placed(root)
  words.watch({ change: (change, stands) => placed.show(change, stands) })
  return {
    root,
    words,
    /** Blocks after the first `keep`, as Rust sends them that are new. */
    show: (keep: number, ...blocks: string[]) => words.grow({ keep, within: 0, blocks: blocks.map((html) => [whole(html)]) }, ''),
    /** The last block goes on after its first `within` pieces. */
    grow: (keep: number, within: number, ...pieces: PieceView[]) => words.grow({ keep, within, blocks: [pieces] }, ''),
  }
}
const box = (root: Element, index: number) => root.querySelectorAll('.block')[index]?.innerHTML.replaceAll(' dir="auto"', '')

/** How many changes of the page it makes. */
async function touches(root: Element, act: () => void) {
  let touched = 0
  const watching = new MutationObserver((changes) => (touched += changes.length))
  watching.observe(root, { subtree: true, childList: true, attributes: true, characterData: true })
  act()
  await Promise.resolve()
  watching.disconnect()
  return touched
}

test('blocks that stay are the same nodes', () => {
  const { root, show } = page()
  show(0, '<p>one</p>', '<p>two</p>')
  const first = root.querySelector('p')
  const second = root.querySelectorAll('p')[1]
  show(1, '<p>two and more</p>', '<p>three</p>')
  expect(root.querySelector('p')).toBe(first)
  expect(root.querySelectorAll('p')[1]).toBe(second)
  expect(root.textContent).toBe('onetwo and morethree')
})

test('a definition that comes late changes its blocks, and none between', () => {
  const { root, show } = page()
  show(0, '<p>[a]</p>', '<p>two</p>', '<p>three</p>')
  const second = root.querySelectorAll('p')[1]
  show(0, '<p><a href="https://a.example">a</a></p>', '<p>two</p>', '<p>three</p>')
  expect(root.querySelectorAll('p')[1]).toBe(second)
  expect(root.querySelector('a')).toBeTruthy()
})

test('a block that vanishes is taken away', () => {
  const { root, show } = page()
  show(0, '<p>a</p>', '<p>b</p>')
  show(0, '<ul><li>a</li></ul>')
  expect(root.querySelectorAll('.block').length).toBe(1)
  expect(box(root, 0)).toBe('<ul><li>a</li></ul>')
})

test('all of it once more is the same page', async () => {
  const { root, words, show } = page()
  show(0, '<p>a</p>', '<p>b</p>')
  words.grow({ keep: 2, within: 0, blocks: [[open('<ul>'), open('<li>'), whole('c'), close('</li>'), close('</ul>')]] }, '')
  const first = root.querySelector('p')
  words.replace(['<p>a</p>', '<p>b</p>', '<ul><li>c</li></ul>'], [open('<ul>'), open('<li>'), whole('c'), close('</li>'), close('</ul>')], '')
  expect(root.querySelector('p')).toBe(first)
  words.grow({ keep: 2, within: 4, blocks: [[open('<li>'), whole('d'), close('</li>'), close('</ul>')]] }, '')
  expect(box(root, 2)).toBe('<ul><li>c</li><li>d</li></ul>')
})

/** However long the answer is, an update touches what it brings. */
test('blocks stand in groups, and an update touches the last group alone', async () => {
  const { root, show } = page()
  show(0, ...Array.from({ length: 1000 }, (_, i) => `<p>${i}</p>`))
  expect(Math.max(...[...root.querySelectorAll('*')].map((it) => it.childElementCount))).toBeLessThanOrEqual(40)
  expect(await touches(root, () => show(999, '<p>999 and more</p>', '<p>next</p>'))).toBeLessThan(8)
  expect(root.querySelectorAll('.block').length).toBe(1001)
  show(100)
  expect(root.querySelectorAll('.block').length).toBe(100)
  expect(root.children.length).toBe(3)
})

test('a long list grows by its items', async () => {
  const { root, words, grow } = page()
  const item = (n: number) => [open('<li>'), whole(`item ${n}`), close('</li>')]
  const items = Array.from({ length: 700 }, (_, i) => item(i)).flat()
  words.grow({ keep: 0, within: 0, blocks: [[open('<ul>'), ...items, close('</ul>')]] }, '')
  const text = [...root.querySelectorAll('li')].at(-1)?.firstChild
  expect(await touches(root, () => grow(0, items.length - 1, whole('item 699 and more'), close('</li>'), close('</ul>')))).toBe(1)
  expect([...root.querySelectorAll('li')].at(-1)?.firstChild, 'a selection in it survives').toBe(text)
  expect(await touches(root, () => grow(0, items.length + 1, ...item(700), close('</ul>')))).toBeLessThan(4)
  expect(root.querySelectorAll('ul li').length).toBe(701)
  expect(Math.max(...[...root.querySelectorAll('*')].map((it) => it.childElementCount)), 'in groups').toBeLessThan(80)
  expect(root.querySelectorAll('ul > li').length, 'a short list is a plain one').toBe(40)
  // Taken back over groups, and on from there.
  grow(0, 1 + 3 * 41, ...item(41), close('</ul>'))
  expect([...root.querySelectorAll('ul li')].map((it) => it.textContent)).toEqual(Array.from({ length: 42 }, (_, i) => `item ${i}`))
  grow(0, 1 + 3 * 40, ...item(40), ...items.slice(3 * 41), ...item(700), close('</ul>'))
  expect(root.querySelectorAll('ul li').length).toBe(701)
  // The next block ends it.
  grow(0, items.length + 4, close('</ul>'))
  words.grow({ keep: 1, within: 0, blocks: [[whole('<p>after</p>')]] }, '')
  expect(root.textContent?.endsWith('item 700after')).toBe(true)
})

test('what is open inside of each other is closed in its order', () => {
  const { root, words, grow } = page()
  const code = '<div class="code" data-lang="sh"><pre><code>'
  words.grow(
    {
      keep: 0,
      within: 0,
      blocks: [[open('<ol>'), open('<li>'), whole('so:'), open(code), whole('one\n'), whole('tw'), close('</code></pre></div>'), close('</li>'), close('</ol>')]],
    },
    '',
  )
  grow(0, 5, whole('two\n'), close('</code></pre></div>'), whole('<p>and</p>'), close('</li>'), open('<li>'), whole('next'), close('</li>'), close('</ol>'))
  expect([...root.querySelectorAll('ol > li')].map((it) => it.textContent)).toEqual(['so:one\ntwo\nand', 'next'])
  expect(root.querySelector('code')?.textContent).toBe('one\ntwo\n')
  expect(root.querySelectorAll('.tools').length).toBe(1)
  grow(0, 2, whole('other'), close('</li>'), close('</ol>'))
  expect(box(root, 0)).toBe('<ol><li>other</li></ol>')
})

test('rows and tasks are what they are', () => {
  const { root, words, grow } = page()
  const row = (text: string) => whole(`<tr><td>${text}</td></tr>`)
  words.grow({ keep: 0, within: 0, blocks: [[open('<table>'), whole('<thead><tr><th>a</th></tr></thead>'), open('<tbody>'), row('1'), close('</tbody>'), close('</table>')]] }, '')
  grow(0, 4, row('2'), close('</tbody>'), close('</table>'))
  expect(box(root, 0)).toBe('<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr><tr><td>2</td></tr></tbody></table>')
  expect(root.querySelector('.block.wide')).toBeTruthy()
  words.grow({ keep: 1, within: 0, blocks: [[open('<ul>'), open('<li>'), whole('<input type="checkbox" disabled checked> a'), close('</li>'), close('</ul>')]] }, '')
  expect(root.querySelector('li.task > input')?.getAttribute('aria-label')).toBe('Done')
})

test('text grows within its node, so that a selection survives', () => {
  const { root, show } = page()
  show(0, '<p>one <em>two</em> thr</p>')
  const text = root.querySelector('p')?.lastChild
  show(0, '<p>one <em>two</em> three</p>')
  expect(root.querySelector('p')?.lastChild).toBe(text)
  expect(root.textContent).toBe('one two three')
})

test('an element whose attributes change keeps its place, with the new ones', () => {
  const { root, show } = page()
  const table = (cell: string) => `<table><tbody><tr>${cell}</tr></tbody></table>`
  show(0, table('<td>1</td>'))
  show(0, table('<td align="right">1</td>'))
  expect(root.querySelector('td')?.getAttribute('align')).toBe('right')
  show(0, table('<td>1</td>'))
  expect(root.querySelector('td')?.hasAttribute('align')).toBe(false)
})

const code = (lang: string, ...lines: string[]) => [
  open(`<div class="code" data-lang="${lang}"><pre><code>`),
  ...lines.map(whole),
  close('</code></pre></div>'),
]

test('code keeps its buttons while it grows, and their labels are no text', () => {
  const { root, words, grow } = page()
  words.grow({ keep: 0, within: 0, blocks: [code('rust', 'let a')] }, '')
  const button = root.querySelector('button[data-tool="copy"]')
  grow(0, 1, ...code('rust', 'let a = 1;').slice(1))
  expect(root.querySelector('button[data-tool="copy"]')).toBe(button)
  expect(root.querySelector('[data-code]'), 'that is a card’s').toBeNull()
  expect(root.querySelectorAll('.tools').length).toBe(1)
  expect(root.textContent).toBe('let a = 1;')
  expect(button?.getAttribute('aria-label')).toBe('Copy code')
})

test('a block of code says its language and its length, also while it grows', () => {
  const { root, words, grow, show } = page()
  const label = () => root.querySelector('.code-head')?.getAttribute('data-label')
  words.grow({ keep: 0, within: 0, blocks: [code('rust')] }, '')
  expect(label(), 'before its first line').toBe('rust')
  grow(0, 1, ...code('rust', 'one\n', 'tw').slice(1))
  expect(label()).toBe('rust · 2 lines')
  grow(0, 2, ...code('rust', 'two\n', 'three\n').slice(1))
  expect(label()).toBe('rust · 3 lines')
  grow(0, 2, ...code('rust', '2\n').slice(1))
  expect(label()).toBe('rust · 2 lines')
  show(0, '<section><ol><li><div class="code"><pre><code>a\nb\n</code></pre></div></li></ol></section>')
  expect(label()).toBe('text · 2 lines')
})

test('blocks and items find their own direction; code is of none', () => {
  const { root, words, show } = page()
  show(0, '<p>שלום <code>a</code></p>')
  words.grow({ keep: 1, within: 0, blocks: [[open('<ul>'), open('<li>'), whole('one'), close('</li>'), close('</ul>')]] }, '')
  expect([...root.querySelectorAll('.block, p, li')].map((it) => it.getAttribute('dir'))).toEqual(['auto', 'auto', 'auto', 'auto'])
  expect(root.querySelector('code')?.getAttribute('dir')).toBe('ltr')
})

test('a list has room for its longest number', () => {
  const { root, words, grow, show } = page()
  const digits = () => root.querySelector('ol')?.getAttribute('data-own-digits') ?? null
  const item = [open('<li>'), whole('a'), close('</li>')]
  words.grow({ keep: 0, within: 0, blocks: [[open('<ol start="98">'), ...item, ...item, close('</ol>')]] }, '')
  expect(digits()).toBe(null)
  grow(0, 7, ...item, close('</ol>'))
  expect(digits()).toBe('3')
  show(0, '<ol start="999999999"><li>a</li></ol>')
  expect(digits()).toBe('9')
})

test('a mark is shown in the place of a character that cannot be seen; Copy gives the character', async () => {
  const { root, show } = page()
  root.className = 'answer'
  const mark = (sign: string) => `<span class="unseen" data-sign="${sign}"></span>`
  show(0, `<div class="code"><pre><code>a${mark('U+202E')}<span class="hl-string">b${mark('U+E0041')}</span>\n</code></pre></div>`)
  let copied = ''
  const release = catchGestures({ openLink: () => undefined, copyCode: (text) => (copied = text), saveCode: () => undefined })
  root.querySelector<HTMLButtonElement>('button[data-tool="copy"]')?.click()
  await vi.waitFor(() => expect(copied).toBe('a\u202eb\u{e0041}\n'))
  release()
  expect(root.querySelector('code')?.textContent).toBe('ab\n')
})

test('a wrapped block stays wrapped', () => {
  const { root, words, grow } = page()
  words.grow({ keep: 0, within: 0, blocks: [code('sh', 'a')] }, '')
  root.querySelector('.code')?.setAttribute('data-own-wrap', 'true')
  grow(0, 1, ...code('sh', 'ab').slice(1))
  expect(root.querySelector('.code')?.getAttribute('data-own-wrap')).toBe('true')
})

test('finished lines of code stay, whatever comes after them', async () => {
  const { root, words, grow, show } = page()
  const all = Array.from({ length: 100 }, (_, i) => `<span class="hl-number">${i}</span>;\n`)
  const text = () => root.querySelector('code')?.textContent
  words.grow({ keep: 0, within: 0, blocks: [code('js', '<span class="hl-number">0</span>')] }, '')
  grow(0, 1, ...code('js', ...all.slice(0, 60)).slice(1))
  const first = root.querySelector('code span span')
  grow(0, 61, ...code('js', ...all.slice(60), 'open').slice(1))
  expect(root.querySelector('code span span')).toBe(first)
  expect(text()).toBe(Array.from({ length: 100 }, (_, i) => `${i};\n`).join('') + 'open')
  expect(root.querySelectorAll('code > .lines').length).toBe(3)
  expect(await touches(root, () => grow(0, 101, ...code('js', 'opened\n', 'x').slice(1)))).toBeLessThan(5)
  expect(text()?.endsWith('99;\nopened\nx')).toBe(true)
  // Taken back over groups, and on from there.
  grow(0, 41, ...code('js', 'y\n').slice(1))
  expect(text()?.endsWith('\n39;\ny\n')).toBe(true)
  expect(root.querySelectorAll('code > .lines').length).toBe(2)
  show(0, '<p>no code</p>')
  expect(box(root, 0)).toBe('<p>no code</p>')
})

test('reasoning is handed on by the piece, and all of it to who comes later', () => {
  const { words } = page()
  const said: [string, boolean][] = []
  words.grow({ keep: 0, within: 0, blocks: [] }, 'one')
  const letGo = words.watch({ reason: (text, afresh) => said.push([text, afresh]) })
  words.grow({ keep: 0, within: 0, blocks: [] }, ' two')
  words.replace([], [], 'other')
  letGo()
  words.grow({ keep: 0, within: 0, blocks: [] }, ' three')
  expect(said).toEqual([['one', true], [' two', false], ['other', true]])
})

test('long code that comes whole is folded, and opens by its button for as long as the answer is there', async () => {
  const { root, words, show } = page()
  root.className = 'answer'
  const all = Array.from({ length: 41 }, (_, i) => `line ${i}\n`)
  show(0, '<p>a</p>', `<div class="code"><pre><code>${all.join('')}</code></pre></div>`, `<div class="code"><pre><code>${all.slice(1).join('')}</code></pre></div>`)
  const folded = (from: Element) => [...from.querySelectorAll('.code')].map((code) => code.getAttribute('data-own-folded'))
  expect(folded(root)).toEqual(['true', null])
  const button = root.querySelector<HTMLButtonElement>('[data-tool="fold"]')
  expect(button?.getAttribute('aria-label')).toBe('Show all 41 lines of code')
  expect(button?.getAttribute('aria-expanded')).toBe('false')
  expect(root.querySelector('code')?.textContent, 'all of it is there to be found').toBe(all.join(''))
  let copied = ''
  const release = catchGestures({ openLink: () => undefined, copyCode: (text) => (copied = text), saveCode: () => undefined })
  root.querySelector<HTMLButtonElement>('[data-tool="copy"]')?.click()
  await vi.waitFor(() => expect(copied).toBe(all.join('')))
  button?.click()
  expect(folded(root)).toEqual(['false', null])
  expect(button?.getAttribute('aria-label')).toBe('Show less code')
  // The list of messages lets go of what is far away, and places it once more.
  const again = (opened: Set<string>) => {
    const other = document.createElement('div')
    document.body.append(other)
    const placed = new Placed(other, opened)
    words.watch({ change: (change, stands) => placed.show(change, stands) })
    return other
  }
  expect(folded(again(new Set(['1 0'])))).toEqual(['false', null])
  expect(folded(again(new Set()))).toEqual(['true', null])
  button?.click()
  expect(folded(root)).toEqual(['true', null])
  release()
})

test('code that grows while it is read is not folded under the reader', async () => {
  const { root, words, grow } = page()
  const all = Array.from({ length: 60 }, (_, i) => `line ${i}\n`)
  const state = () => root.querySelector('.code')?.getAttribute('data-own-folded') ?? null
  words.grow({ keep: 0, within: 0, blocks: [code('js', ...all.slice(0, 30))] }, '')
  expect(state()).toBe(null)
  grow(0, 31, ...code('js', ...all.slice(30, 50)).slice(1))
  expect(state()).toBe('false')
  const button = root.querySelector<HTMLButtonElement>('[data-tool="fold"]')
  expect(button?.getAttribute('aria-label')).toBe('Show less code')
  expect(await touches(root, () => grow(0, 51, ...code('js', ...all.slice(50, 51)).slice(1)))).toBeLessThan(5)
  // The person’s own wish holds while it grows.
  if (button) turn(button)
  grow(0, 52, ...code('js', ...all.slice(51)).slice(1))
  expect(state()).toBe('true')
  expect(root.querySelectorAll('[data-tool="fold"]').length).toBe(1)
})

test('code that came whole and goes on is opened', () => {
  const { root, words, grow } = page()
  const all = Array.from({ length: 60 }, (_, i) => `line ${i}\n`)
  const state = () => root.querySelector('.code')?.getAttribute('data-own-folded')
  words.grow({ keep: 0, within: 0, blocks: [code('js', ...all.slice(0, 50))] }, '')
  expect(state()).toBe('true')
  grow(0, 51, ...code('js', ...all.slice(50)).slice(1))
  expect(state()).toBe('false')
})
