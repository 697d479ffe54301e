// Blocks on the page: only what changed is touched, and what the window added stays.
import { expect, test } from 'vitest'
import { catchGestures } from '../../ui/src/answer/gestures'
import { Placed } from '../../ui/src/answer/place'

function page() {
  const root = document.createElement('div')
  document.body.append(root)
  return { root, placed: new Placed(root) }
}
const box = (root: Element, index: number) => root.children[index]?.innerHTML

test('blocks that stay are the same nodes', () => {
  const { root, placed } = page()
  placed.show(['<p>one</p>', '<p>two</p>'])
  const first = root.querySelector('p')
  const second = root.querySelectorAll('p')[1]
  placed.show(['<p>one</p>', '<p>two and more</p>', '<p>three</p>'])
  expect(root.querySelector('p')).toBe(first)
  expect(root.querySelectorAll('p')[1]).toBe(second)
  expect(root.textContent).toBe('onetwo and morethree')
})

test('a block that vanishes is taken away', () => {
  const { root, placed } = page()
  placed.show(['<p>a</p>', '<p>b</p>'])
  placed.show(['<ul><li>a</li></ul>'])
  expect(root.children.length).toBe(1)
  expect(box(root, 0)).toBe('<ul><li>a</li></ul>')
})

test('text grows within its node, so that a selection survives', () => {
  const { root, placed } = page()
  placed.show(['<ul><li>one</li><li>tw</li></ul>'])
  const text = root.querySelectorAll('li')[1]?.firstChild
  placed.show(['<ul><li>one</li><li>two</li><li>three</li></ul>'])
  expect(root.querySelectorAll('li')[1]?.firstChild).toBe(text)
  expect(root.querySelectorAll('li').length).toBe(3)
})

test('attributes follow', () => {
  const { root, placed } = page()
  placed.show(['<table><tbody><tr><td>1</td></tr></tbody></table>'])
  placed.show(['<table><tbody><tr><td align="right">1</td></tr></tbody></table>'])
  expect(root.querySelector('td')?.getAttribute('align')).toBe('right')
  placed.show(['<table><tbody><tr><td>1</td></tr></tbody></table>'])
  expect(root.querySelector('td')?.hasAttribute('align')).toBe(false)
})

test('code keeps its buttons while it grows, and their labels are no text', () => {
  const { root, placed } = page()
  const code = (text: string) => `<div class="code" data-lang="rust"><pre><code>${text}</code></pre></div>`
  placed.show([code('let a')])
  const button = root.querySelector('button[data-tool="copy"]')
  placed.show([code('let a = 1;')])
  expect(root.querySelector('button[data-tool="copy"]')).toBe(button)
  expect(root.querySelector('[data-code]'), 'that is a card’s').toBeNull()
  expect(root.querySelectorAll('.tools').length).toBe(1)
  expect(root.textContent).toBe('let a = 1;')
  expect(button?.getAttribute('aria-label')).toBe('Copy code')
})

test('a mark is shown in the place of a character that cannot be seen; Copy gives the character', () => {
  const { root, placed } = page()
  root.className = 'answer'
  const mark = (sign: string) => `<span class="unseen" data-sign="${sign}"></span>`
  placed.show([`<div class="code"><pre><code>a${mark('U+202E')}<span class="hl-string">b${mark('U+E0041')}</span>\n</code></pre></div>`])
  let copied = ''
  const release = catchGestures({ openLink: () => undefined, copyCode: (text) => (copied = text) })
  root.querySelector<HTMLButtonElement>('button[data-tool="copy"]')?.click()
  release()
  expect(copied).toBe('a\u202eb\u{e0041}\n')
  expect(root.querySelector('code')?.textContent).toBe('ab\n')
})

test('a wrapped block stays wrapped', () => {
  const { root, placed } = page()
  const code = (text: string) => `<div class="code"><pre><code>${text}</code></pre></div>`
  placed.show([code('a')])
  root.querySelector('.code')?.setAttribute('data-own-wrap', 'true')
  placed.show([code('ab')])
  expect(root.querySelector('.code')?.getAttribute('data-own-wrap')).toBe('true')
})

test('finished lines of code stay, whatever comes after them', () => {
  const { root, placed } = page()
  const code = (text: string, lang = 'js') => [`<div class="code" data-lang="${lang}"><pre><code>${text}</code></pre></div>`]
  const all = Array.from({ length: 100 }, (_, i) => `<span class="hl-number">${i}</span>;\n`)
  const text = () => root.querySelector('code')?.textContent
  placed.show(code('<span class="hl-number">0</span>'))
  placed.show(code(all.slice(0, 60).join('')))
  const first = root.querySelector('code span span')
  placed.show(code(all.join('') + 'open'))
  expect(root.querySelector('code span span')).toBe(first)
  expect(text()).toBe(Array.from({ length: 100 }, (_, i) => `${i};\n`).join('') + 'open')
  placed.show(code(all.join('') + 'opened\n'))
  expect(text()?.endsWith('99;\nopened\n')).toBe(true)
  placed.show(code('else\n', 'ts'))
  expect(text()).toBe('else\n')
  expect(root.querySelectorAll('.tools').length).toBe(1)
  placed.show(['<p>no code</p>'])
  expect(box(root, 0)).toBe('<p>no code</p>')
})
