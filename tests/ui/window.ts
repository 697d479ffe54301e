// Opens the whole window over a fake Rust side, and finds things in it as a person would: by role and name.
import { flushSync, mount, unmount } from 'svelte'
import { getQueriesForElement, waitFor } from '@testing-library/dom'
import { afterEach, beforeEach, vi } from 'vitest'
import type { Boot } from '../../ui/src/ipc'
import { Fake } from './fake'
import * as samples from './samples'

let opened: Record<string, unknown> | undefined

beforeEach(() => {
  location.hash = ''
  sessionStorage.clear()
  vi.resetModules()
  document.body.innerHTML = ''
})
afterEach(async () => {
  if (opened) await unmount(opened)
  opened = undefined
  vi.useRealTimers()
})

/** A window as after a start: all state is new. */
export async function open(boot: Partial<Boot> = {}, answers: ConstructorParameters<typeof Fake>[1] = {}) {
  const fake = new Fake(samples.boot(boot), answers)
  const { default: App } = await import('../../ui/src/App.svelte')
  opened = mount(App, { target: document.body })
  await waitFor(() => {
    flushSync()
    if (document.querySelector('[aria-busy="true"] h1.sr')) throw new Error('still starting')
  })
  return { fake, ...getQueriesForElement(document.body) }
}

export function press(key: string, target: Element = document.activeElement ?? document.body, more: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  flushSync()
}

export function type(text: string, box: HTMLElement) {
  ;(box as HTMLInputElement).value = text
  box.dispatchEvent(new Event('input', { bubbles: true }))
  flushSync()
}

export { waitFor }
