// The balance's small window: what it shows of what it is told, and the few commands that it calls.
import { findByRole, getByRole, waitFor } from '@testing-library/dom'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { MonitorView } from '../../ui/src/ipc'
import { Fake } from './fake'
import * as samples from './samples'

let svelte: typeof import('svelte')
let opened: Record<string, unknown>
let channel: number

beforeEach(() => {
  vi.resetModules()
  document.body.replaceChildren()
})
afterEach(async () => {
  await svelte.unmount(opened)
  vi.resetModules()
})

async function open(change: Partial<MonitorView> = {}) {
  const fake = new Fake(samples.boot(), {
    watch_monitor: ({ channel: listened }) => {
      channel = (listened as { id: number }).id
      fake.tell(channel, samples.monitor(change))
    },
  })
  svelte = await import('svelte')
  const { default: Monitor } = await import('../../ui/src/Monitor.svelte')
  opened = svelte.mount(Monitor, { target: document.body })
  await findByRole(document.body, 'heading', { level: 1 })
  await waitFor(() => {
    svelte.flushSync()
    if (!document.querySelector('.figure')) throw new Error('nothing was told yet')
  })
  return fake
}

const shown = () => document.querySelector('main')?.textContent?.replace(/\s+/g, ' ').trim() ?? ''

test('figure, age, pace and today', async () => {
  const fake = await open()
  expect(shown()).toContain('128,450 points')
  expect(shown()).toContain('Checked 40 s ago')
  expect(shown()).toContain('1,230 today')
  expect(shown()).toContain('4,100 a day')
  expect(document.title).toBe('128,450 points')
  fake.tell(channel, samples.monitor({ points: 90 }))
  svelte.flushSync()
  expect(shown()).toContain('90 points')
})

test('a stale figure is named as such', async () => {
  await open({ problem: 'You’re offline' })
  expect(document.querySelector('.figure')?.getAttribute('data-stale')).toBe('true')
  expect(shown()).toContain('You’re offline. From 40 s ago.')
})

test.each([
  [{ onTop: false }, 'This desktop doesn’t let apps keep a window on top.'],
  [{ simulated: true }, 'Simulated points'],
  [{ points: null, checkedAt: null, usable: false }, 'No account connected'],
  [{ points: null, checkedAt: null }, 'Not checked yet'],
  [{ checking: true }, 'Checking…'],
])('what there is to say of %o', async (change, words) => {
  await open(change)
  expect(shown()).toContain(words)
})

test('it calls its own commands and listens to no event', async () => {
  const fake = await open()
  getByRole(document.body, 'button', { name: 'Refresh points' }).click()
  getByRole(document.body, 'button', { name: 'Open Telltale' }).click()
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
  await waitFor(() => expect(fake.called('show_monitor')).toEqual([{ open: false }]))
  expect(fake.calls.map((call) => call.command)).toEqual(['watch_monitor', 'refresh_balance', 'show_main', 'show_monitor'])
})
