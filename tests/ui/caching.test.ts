// What a model's host keeps of a chat: said with the price before the press, and on the receipt after it.
import { expect, test, vi } from 'vitest'
import type { CacheOutlook, MessageCost } from '../../ui/src/ipc'
import { timeOfDay } from '../../ui/src/format'
import { answer, conversation, detail, messageCost, question, status } from './samples'
import { open, settle, type, waitFor } from './window'

const none: CacheOutlook = { until: null, then: null, lost: null, uncached: null, more: null }

async function thread(cost: () => MessageCost) {
  location.hash = '#chat/7'
  const view = conversation(7, 'Seven')
  const messages = [question(8, 'Why?', 7), answer(9, ['<p>So.</p>'], {}, 7)]
  const it = await open({ conversations: [view] }, {
    open_conversation: () => detail(view, messages),
    estimate_cost: cost,
  })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(2))
  return it
}

const line = () => document.getElementById('cache')
const priced = (cache: CacheOutlook | null) => messageCost({ tokens: 9_000, points: { low: 40, high: 60 }, cache })

test('the price is told with until when it holds, and what loses it', async () => {
  const at = Date.now() + 60_000
  let cache: CacheOutlook | null = null
  const { getByRole } = await thread(() => priced(cache))
  const box = getByRole('textbox', { name: 'Message' })
  type('Why?', box)
  await waitFor(() => expect(getByRole('button', { name: 'Send' }).textContent).toContain('40–60'))
  expect(line()).toBeNull()
  const told: [Partial<CacheOutlook>, string][] = [
    [{ until: at, then: { low: 350, high: 420 } }, `Cached until ${timeOfDay(at)}, then ≈ 350–420`],
    [{ until: at }, `Cached until ${timeOfDay(at)}`],
    [{ lost: { why: 'pause', at }, more: 1_210 }, `The cache expired at ${timeOfDay(at)}: ≈ 1,210 more`],
    [{ lost: { why: 'change' }, more: 210 }, 'This change loses the cache: ≈ 210 more'],
    [{ lost: { why: 'model' } }, 'The cache stays with the other model'],
    [{ uncached: { why: 'parameter', name: 'web_search' }, more: 210 }, 'Web search skips the cache: ≈ 210 more'],
    [{ uncached: { why: 'tools' } }, 'Tools skip the cache'],
    [{ uncached: { why: 'refused' }, more: 9 }, 'Poe isn’t caching this model right now: ≈ 9 more'],
  ]
  for (const [change, expected] of told) {
    cache = { ...none, ...change }
    type(`Why? ${expected}`, box)
    await waitFor(() => expect(line()?.textContent).toBe(expected))
    expect(line()?.classList.contains('lost')).toBe(cache.until === null)
    expect(getByRole('button', { name: 'Send' }).getAttribute('aria-describedby')).toBe('cache price')
  }
})

test('the price is looked at again when what was kept is cold', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
  const until = Date.now() + 30_000
  const { getByRole } = await thread(() => priced(Date.now() < until ? { ...none, until } : { ...none, lost: { why: 'pause', at: until }, more: 90 }))
  type('Why?', getByRole('textbox', { name: 'Message' }))
  await vi.waitFor(() => expect(line()?.textContent).toContain('Cached until'))
  await vi.advanceTimersByTimeAsync(31_000)
  settle()
  expect(line()?.textContent).toContain('The cache expired')
  vi.useRealTimers()
})

test('a receipt says what was saved, and nothing where keeping cost more', async () => {
  const { fake } = await thread(() => priced(null))
  const charge = (saved: number | null) => ({ state: 'charged' as const, points: 26, amounts: [], took: 900, saved })
  const told = (saved: number | null) => {
    fake.emit('message', { conversationId: 7, messageId: 9, status: status({ state: 'done', charge: charge(saved) }) })
    settle()
    return document.querySelector('[data-saved]')?.textContent
  }
  expect(told(213)).toBe('cache saved 213')
  expect(told(1_213)).toBe('cache saved 1,213')
  expect(told(-62)).toBeUndefined()
  expect(told(null)).toBeUndefined()
})
