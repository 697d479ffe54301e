// The checks of a new key, and those of the connection.
import type { CheckName, CheckState } from '../../ipc'
import { plural } from './grammar'

export const ladder = {
  label: 'Checking your key',
  checks: {
    shape: 'Key format',
    accepted: 'Accepted by Poe',
    stored: 'Saved in keychain',
    test: 'Test message',
    balance: 'Balance',
    models: 'Models',
    dns: 'DNS lookup',
    tcp: 'Connection',
    tls: 'Certificate',
    proxy: 'Proxy',
    http: 'Poe responds',
    key: 'Key accepted by Poe',
    request: 'Small request',
  } satisfies Record<CheckName, string>,
  states: {
    waiting: 'waiting',
    running: 'running',
    passed: 'passed',
    warned: 'passed with a note',
    failed: 'failed',
    skipped: 'skipped',
  } satisfies Record<CheckState, string>,
  notTried: 'not tried yet',
  keptForSession: 'Kept until you quit',
  test: 'Send a test message',
  testOffer: (model: string) => `Optional: asks ${model} for at most 10 tokens.`,
  testCost: (points: number | null) => (points === null ? 'Its cost is unknown.' : `It uses about ${plural(points, 'point', 'points')}.`),
}
