// The points history: what was read stays when it fails alone, and it is read again by itself.
import { afterEach, expect, test, vi } from 'vitest'
import type { UsageView } from '../../ui/src/ipc'
import { action, card, usageRow } from './samples'
import { open, settle, waitFor } from './window'

const partial = () =>
  card('usage_partial', 'The usage list couldn’t be updated', {
    what: 'Your balance is current; the usage list is from 2 min ago.',
    actions: [action('refresh-balance', 'Refresh usage')],
  })
const page = () => ({ rows: [usageRow(1), usageRow(2)], next: null, fetchedAt: Date.now() - 120_000 })
const shown = (selector: string) => document.querySelectorAll(selector).length

afterEach(() => void vi.useRealTimers())

async function failing() {
  location.hash = '#usage'
  const { fake, getByRole } = await open({}, { usage: page })
  await waitFor(() => expect(shown('tbody tr')).toBe(2))
  fake.answer('usage', () => Promise.reject(partial()))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  getByRole('button', { name: 'Refresh' }).click()
  await vi.waitFor(() => {
    settle()
    expect(shown('[data-code="usage_partial"]')).toBe(1)
  })
  return fake
}

test('the old list stays with its time, under the card, and its button reads the list', async () => {
  const fake = await failing()
  expect(shown('tbody tr')).toBe(2)
  expect(document.querySelector('header.bar')?.textContent).toContain('Updated 2 min ago')
  fake.answer('usage', page)
  const before = fake.called('usage').length
  document.querySelector<HTMLElement>('[data-action="refresh-balance"]')?.click()
  await vi.waitFor(() => {
    settle()
    expect(shown('[data-code="usage_partial"]')).toBe(0)
  })
  expect(fake.called('usage').length).toBe(before + 1)
  expect(fake.called('refresh_balance')).toEqual([])
})

test('it is read again by itself, ever later, 15 minutes at most, and unannounced', async () => {
  const fake = await failing()
  const minute = 60_000
  for (const minutes of [1, 2, 4, 8, 15, 15]) {
    const before = fake.called('usage').length
    await vi.advanceTimersByTimeAsync(minutes * minute - 1_000)
    expect(fake.called('usage').length, `before ${minutes} minutes`).toBe(before)
    await vi.advanceTimersByTimeAsync(1_001)
    expect(fake.called('usage').length, `after ${minutes} minutes`).toBe(before + 1)
    settle()
    expect(shown('[role="alert"]')).toBe(0)
  }
  fake.answer('usage', page)
  await vi.advanceTimersByTimeAsync(15 * minute)
  settle()
  expect(shown('[data-code="usage_partial"]')).toBe(0)
  const mended = fake.called('usage').length
  await vi.advanceTimersByTimeAsync(60 * minute)
  expect(fake.called('usage').length).toBe(mended)
})

test('each row once, within a page and over pages, and a list that leads in a circle ends', async () => {
  location.hash = '#usage'
  const pages: Record<string, UsageView> = {
    null: { rows: [usageRow(1), usageRow(1), usageRow(2)], next: 'b', fetchedAt: 1 },
    b: { rows: [usageRow(2), usageRow(3)], next: 'a', fetchedAt: 1 },
    a: { rows: [usageRow(1), usageRow(4)], next: 'b', fetchedAt: 1 },
  }
  const { fake, getByRole } = await open({}, { usage: ({ cursor }) => pages[String(cursor)] as UsageView })
  await waitFor(() => expect(shown('tbody tr')).toBe(2))
  for (const rows of [3, 4]) {
    getByRole('button', { name: 'Load more' }).click()
    await waitFor(() => expect(shown('tbody tr')).toBe(rows))
  }
  expect(document.querySelector('.more')?.textContent).toContain('That’s all: 4 rows.')
  expect(fake.called('usage').length).toBe(3)
})

test('what cannot be read is a dash, and what cannot be told apart says so', async () => {
  location.hash = '#usage'
  const rows = [usageRow(1, { points: null, at: null }), usageRow(2, { points: null, unclear: -30 }), usageRow(3, { points: 0 })]
  await open({}, { usage: () => ({ rows, next: null, fetchedAt: 1 }) })
  await waitFor(() => expect(shown('tbody tr')).toBe(3))
  const cells = [...document.querySelectorAll('tbody tr')].map((row) => [row.firstElementChild, row.lastElementChild].map((cell) => cell?.textContent?.trim()))
  expect(cells[0]).toEqual(['—', '—'])
  expect(cells[1]?.[1]).toBe('-30?, Poe lists this with the opposite sign of your other calls. It isn’t counted.')
  expect(cells[2]?.[1]).toBe('0')
})
