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
  lasts: (days: number) => (days === 0 ? 'Less than a day at your pace' : `About ${plural(days, 'day', 'days')} at your pace`),
  stale: 'Last check failed',
  tag: 'Simulated',
  leaveDemo: 'Exit demo',
}
