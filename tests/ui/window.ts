// Opens the whole window over a fake Rust side, and finds things in it as a person would: by role and name.
import { getQueriesForElement, waitFor } from '@testing-library/dom'
import { afterEach, beforeEach, vi } from 'vitest'
import type { BootChange } from './samples'
import { Fake } from './fake'
import * as samples from './samples'

// It lays samples out for a quarter of a second after the start, which a test may not live to see.
vi.mock('../../ui/src/answer/warm', () => ({ layOutSamples: () => {} }))

// Each test imports the window anew, and Svelte with it.
let svelte: typeof import('svelte')
let opened: Record<string, unknown> | undefined

beforeEach(() => {
  location.hash = ''
  vi.resetModules()
  document.body.replaceChildren()
})
afterEach(async () => {
  if (opened) {
    leave()
    await svelte.unmount(opened)
  }
  opened = undefined
  vi.useRealTimers()
  // Nor does the next file find a language that a test has switched to.
  vi.resetModules()
})

/** What is still to be saved is saved now, and not by a timer while the next test looks on. */
const leave = () => window.dispatchEvent(new Event('pagehide'))

/** A window as after a start: all state is new, and one that was open is closed. */
export async function open(boot: BootChange = {}, answers: ConstructorParameters<typeof Fake>[1] = {}) {
  if (opened) {
    leave()
    await svelte.unmount(opened)
    vi.resetModules()
  }
  const fake = new Fake(samples.boot(boot), answers)
  svelte = await import('svelte')
  const { default: App } = await import('../../ui/src/App.svelte')
  const { later } = await import('../../ui/src/later.svelte')
  await later.readAll()
  opened = svelte.mount(App, { target: document.body })
  await waitFor(() => {
    settle()
    if (document.querySelector('[aria-busy="true"] h1.sr')) throw new Error('still starting')
  })
  return { fake, ...getQueriesForElement(document.body) }
}

/** Lets the page follow what has changed. */
export const settle = () => svelte.flushSync()

export function press(key: string, target: Element = document.activeElement ?? document.body, more: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  settle()
}

export function type(text: string, box: HTMLElement) {
  ;(box as HTMLInputElement).value = text
  box.dispatchEvent(new Event('input', { bubbles: true }))
  settle()
}

export { waitFor } from '@testing-library/dom'
