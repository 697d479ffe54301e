// The check of the connection as a person sees it.
import { expect, test } from 'vitest'
import type { Check, CheckName, CheckState, DoctorView } from '../../ui/src/ipc'
import type { Fake } from './fake'
import { account, action, card } from './samples'
import { open, settle, waitFor } from './window'

const names: CheckName[] = ['dns', 'tcp', 'tls', 'proxy', 'http', 'key', 'balance', 'models', 'request']
const check = (name: CheckName, state: CheckState, more: Partial<Check> = {}): Check => ({ name, state, note: null, tookMs: 12, card: null, ...more })
const well = (): Check[] => names.map((name) => check(name, name === 'request' ? 'waiting' : 'passed'))

function blocked(): Check[] {
  const shown = card('connection_refused', 'Can’t connect to Poe', { actions: [action('run-check', 'Check the connection'), action('retry', 'Try again')] })
  return names.map((name) =>
    name === 'dns' ? check(name, 'passed') : name === 'tcp' ? check(name, 'failed', { card: shown }) : check(name, 'skipped', { note: 'not tried: there’s no connection' }),
  )
}

const view = (checks: Check[], more: Partial<DoctorView> = {}): DoctorView => ({ checks, request: null, drawing: null, report: 'Telltale 0.1.0', ...more })

async function doctor(answer: DoctorView, boot: Parameters<typeof open>[0] = {}) {
  location.hash = '#doctor'
  const it = await open(boot, { run_doctor: () => answer, stop_doctor: () => null })
  await waitFor(() => expect(document.querySelectorAll('[data-check]')).toHaveLength(names.length))
  settle()
  return it
}
const runs = (fake: Fake) => fake.called('run_doctor').length

test('it runs on opening, names the check and shows its card without the button that leads here', async () => {
  const { fake, getByRole } = await doctor(view(blocked()))
  expect(runs(fake)).toBe(1)
  expect(document.querySelector('[data-state="failed"]')?.getAttribute('data-check')).toBe('tcp')
  expect(getByRole('alert').dataset.code).toBe('connection_refused')
  expect(document.querySelector('[data-action="run-check"]')).toBeNull()
  getByRole('button', { name: 'Try again' }).click()
  await waitFor(() => expect(runs(fake)).toBe(2))
})

test('the report is copied', async () => {
  const { fake, getByRole } = await doctor(view(well()))
  getByRole('button', { name: 'Copy report' }).click()
  await waitFor(() => expect(fake.called('copy_text')).toEqual([{ text: 'Telltale 0.1.0' }]))
})

test('the paid request says its cost and is sent by the second press only', async () => {
  const { fake, getByRole, getByText } = await doctor(view(well(), { request: { model: 'm', name: 'M', points: 3 } }))
  fake.answer('run_paid_check', () => view(well().map((it) => (it.name === 'request' ? check('request', 'passed') : it))))
  getByRole('button', { name: 'Send a small request' }).click()
  settle()
  expect(getByText('This uses about 3 points.')).toBeTruthy()
  expect(fake.called('run_paid_check')).toEqual([])
  getByRole('button', { name: 'Send it' }).click()
  await waitFor(() => expect(document.querySelector('[data-check="request"]')?.getAttribute('data-state')).toBe('passed'))
  expect(fake.called('run_paid_check')).toHaveLength(1)
})

test('it can be run from the set-up, and leads back there', async () => {
  const { getByRole } = await doctor(view(blocked()), { account: account({ state: 'notStored', lastFour: null }) })
  expect(getByRole('link', { name: 'Back to setup' }).getAttribute('href')).toBe('#setup')
})

test('leaving stops it', async () => {
  const { fake } = await doctor(view(blocked()))
  location.hash = '#help'
  window.dispatchEvent(new HashChangeEvent('hashchange'))
  await waitFor(() => expect(fake.called('stop_doctor').length).toBeGreaterThan(0))
})
