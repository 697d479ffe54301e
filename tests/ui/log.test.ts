// The request log in the window: what a row says, what unfolds, and that texts are kept only on the person's word.
import { expect, test } from 'vitest'
import type { LogEntry } from '../../ui/src/ipc'
import { card, logEntry, logView } from './samples'
import { open, press, settle, type, waitFor } from './window'

const page = (entries: LogEntry[]) => () => ({ entries, matching: entries.length, models: ['claude-sonnet-4.6', 'gpt-5.4'] })

async function log(entries: LogEntry[], view = logView({ kept: entries.length })) {
  location.hash = '#log'
  const window = await open({ log: view }, { log_page: page(entries) })
  await waitFor(() => {
    settle()
    if (document.querySelector('[aria-busy="true"]')) throw new Error('still reading')
  })
  return window
}

const cells = () => [...document.querySelectorAll('tbody tr td')].map((cell) => cell.textContent?.trim())

test('a row tells what was asked, how it ended and how long it took', async () => {
  await log([logEntry(2, { status: 429, code: 'rate_limit_exceeded', attempt: 2, queuedMs: 1_250, totalMs: 310, inputTokens: null, outputTokens: null })])
  expect(cells().slice(1)).toEqual(['claude-sonnet-4.6', 'rate_limit_exceeded', '310 ms', '—', '2 of 3', '1.3 s'])
  expect(document.querySelector('tbody a')?.getAttribute('href')).toBe('#help/rate_limit_exceeded')
})

test('try and queue are told where they say something', async () => {
  await log([logEntry(1, { attempt: 1, of: 3, queuedMs: 0 }), logEntry(2, { attempt: 1, of: 3, queuedMs: 3 })])
  const heads = () => [...document.querySelectorAll('thead th')].map((head) => head.textContent)
  expect(heads()).not.toContain('Attempt')
  expect(heads()).not.toContain('Queued')
  expect(document.querySelector('tbody')?.textContent).not.toMatch(/1 of 3|0 ms/)
  await log([logEntry(1, { attempt: 2, of: 3 }), logEntry(2, { attempt: 1, of: 3 })])
  await waitFor(() => expect(heads()).toContain('Attempt'))
  expect(cells().filter((cell) => cell?.includes(' of '))).toEqual(['2 of 3'])
})

test.each([
  ['200', {}],
  ['stopped', { stopped: true, status: 200 }],
  ['stopped', { stopped: true, status: null }],
  ['stream_cut', { code: 'stream_cut' }],
  ['dns_failed', { code: 'dns_failed', status: null }],
])('the result is %s', async (result, change) => {
  await log([logEntry(1, change)])
  expect(cells()[2]).toBe(result)
})

test('a row unfolds by keyboard, and its request id can be copied', async () => {
  const { fake, getByRole } = await log([logEntry(7)])
  const button = getByRole('button', { name: /^Details of/ })
  button.focus()
  button.click()
  settle()
  expect(button.getAttribute('aria-expanded')).toBe('true')
  expect(document.getElementById(button.getAttribute('aria-controls') ?? '')?.textContent).toContain('POST api.poe.com/v1/chat/completions')
  expect(fake.called('log_bodies')).toEqual([])
  getByRole('button', { name: 'Copy request ID' }).click()
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'req_01J8Q4M7' }]))
})

test('kept texts are read when the row unfolds, and shown as text', async () => {
  const { fake, getByRole } = await log([logEntry(7, { hasBodies: true })])
  fake.answer('log_bodies', () => ({ request: '{"messages":"<b>hi</b>"}', response: null }))
  getByRole('button', { name: /^Details of/ }).click()
  await waitFor(() => {
    settle()
    expect(document.querySelector('pre')?.textContent).toBe('{"messages":"<b>hi</b>"}')
  })
  expect(document.querySelector('pre b')).toBeNull()
  expect(fake.called('log_bodies')).toEqual([{ id: 7 }])
})

test('the filter is asked of the log', async () => {
  const { fake, getByRole } = await log([logEntry(1)])
  const last = () => fake.called('log_page').at(-1)
  expect(last()).toEqual({ filter: { failed: false, model: null, text: '' } })
  type('req_9', getByRole('searchbox', { name: 'Search the log' }))
  await waitFor(() => expect(last()).toEqual({ filter: { failed: false, model: null, text: 'req_9' } }))
  fake.answer('log_page', page([]))
  type('nothing', getByRole('searchbox', { name: 'Search the log' }))
  await waitFor(() => {
    settle()
    getByRole('button', { name: 'Show all' })
  })
  getByRole('button', { name: 'Show all' }).click()
  await waitFor(() => expect(last()).toEqual({ filter: { failed: false, model: null, text: '' } }))
})

test('a card leads to its entries, but only where there are any', async () => {
  const failed = card('dns_failed', 'Poe was not found')
  location.hash = '#balance'
  const { fake } = await open({}, { refresh_balance: () => Promise.reject(failed), usage_view: () => Promise.reject(failed) })
  location.hash = '#usage'
  await waitFor(() => {
    settle()
    expect(document.querySelector('[data-code="dns_failed"]')).toBeTruthy()
  })
  const link = () => document.querySelector<HTMLAnchorElement>('a[href="#log/dns_failed"]')
  expect(link()).toBeNull()
  fake.emit('log', logView({ kept: 1, newest: 1, codes: ['dns_failed'] }))
  settle()
  expect(link()).toBeTruthy()
  location.hash = '#log/dns_failed'
  await waitFor(() => expect(fake.called('log_page').at(-1)).toEqual({ filter: { failed: false, model: null, text: 'dns_failed' } }))
})

test('it follows what happens', async () => {
  const { fake } = await log([logEntry(1)])
  const before = fake.called('log_page').length
  fake.answer('log_page', page([logEntry(2, { model: 'gpt-5.4' }), logEntry(1)]))
  fake.emit('log', logView({ kept: 2, newest: 2 }))
  await waitFor(() => {
    settle()
    expect(cells()).toContain('gpt-5.4')
  })
  expect(fake.called('log_page').length).toBe(before + 1)
})

test('texts are kept on the person’s word, with a warning, and can be deleted after', async () => {
  const { fake, getByRole, queryByRole } = await log([logEntry(1)])
  const box = getByRole('checkbox', { name: /Keep message texts too/ }) as HTMLInputElement
  expect(document.body.textContent).not.toContain('as plain text')
  box.click()
  await waitFor(() => {
    settle()
    expect(document.body.textContent).toContain('as plain text')
  })
  expect(fake.called('log_keep_bodies')).toEqual([{ on: true }])
  expect(queryByRole('button', { name: 'Delete texts' })).toBeNull()
  fake.emit('log', logView({ kept: 1, newest: 1, hasBodies: true }))
  settle()
  expect(document.body.textContent).toContain('The log holds message texts')
  getByRole('button', { name: 'Delete texts' }).click()
  await waitFor(() => expect(fake.called('log_clear')).toEqual([{ onlyBodies: true }]))
})

test('an export says where it lies, and leaves the texts out unless asked', async () => {
  const { fake, getByRole } = await log([logEntry(1)], logView({ kept: 1, hasBodies: true }))
  getByRole('button', { name: 'Export' }).click()
  await waitFor(() => {
    settle()
    expect(document.body.textContent).toContain('/exports/requests-20261122T141503Z.jsonl')
  })
  getByRole('button', { name: 'Export with texts' }).click()
  await waitFor(() => expect(fake.called('log_export')).toEqual([{ withBodies: false }, { withBodies: true }]))
})

test('clearing asks first', async () => {
  const { fake, getByRole } = await log([logEntry(1)])
  getByRole('button', { name: 'Delete log' }).click()
  settle()
  expect(fake.called('log_clear')).toEqual([])
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Cancel'))
  press('Escape')
  await waitFor(() => {
    settle()
    getByRole('button', { name: 'Delete log' })
  })
  getByRole('button', { name: 'Delete log' }).click()
  settle()
  getByRole('button', { name: 'Delete' }).click()
  await waitFor(() => expect(fake.called('log_clear')).toEqual([{ onlyBodies: false }]))
})

test('a refused export says why', async () => {
  const { fake, getByRole } = await log([logEntry(1)])
  fake.answer('log_export', () => {
    throw card('storage_failed', 'The request log stopped')
  })
  getByRole('button', { name: 'Export' }).click()
  await waitFor(() => {
    settle()
    expect(getByRole('alert').dataset.code).toBe('storage_failed')
  })
})

test('an empty log says so, and offers no export', async () => {
  const { getByRole } = await log([])
  expect(getByRole('heading', { name: 'No requests yet' })).toBeTruthy()
  expect((getByRole('button', { name: 'Export' }) as HTMLButtonElement).disabled).toBe(true)
})
