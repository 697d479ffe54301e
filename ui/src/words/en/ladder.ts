// The checks that a new key has to pass.
import type { RungName } from '../../ipc'
import { plural } from './grammar'

export const ladder = {
  label: 'Checking your key',
  rungs: {
    shape: 'Key format',
    accepted: 'Accepted by Poe',
    stored: 'Saved in keychain',
    balance: 'Balance',
    models: 'Models',
    test: 'Test message',
  } satisfies Record<RungName, string>,
  states: { waiting: 'waiting', running: 'running', passed: 'passed', warned: 'passed with a note', failed: 'failed' },
  keptForSession: 'Kept until you quit',
  test: 'Send a test message',
  testOffer: (model: string) => `Optional: asks ${model} for at most 10 tokens.`,
  testCost: (points: number | null) => (points === null ? 'Its cost is unknown.' : `It uses about ${plural(points, 'point', 'points')}.`),
}
