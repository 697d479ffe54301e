// The balance in the sidebar.
import { plural } from './grammar'

export const purse = {
  balance: 'Balance',
  simulated: 'Simulated balance',
  checking: 'checking…',
  unknown: 'not known yet',
  noKey: 'No account connected',
  points: 'points',
  short: (points: number) => plural(points, 'point', 'points'),
  stale: 'Last check failed',
  tag: 'Simulated',
}
