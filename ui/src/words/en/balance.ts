// The view of the balance.

export const balance = {
  title: 'Balance',
  points: 'points',
  plan: 'From your plan',
  addon: 'Add-on points',
  usd: 'In US dollars',
  nextGrant: 'Next grant',
  nextGrantPoints: (n: string, at: string) => `${n} points on ${at}`,
  checked: (age: string) => `Checked ${age}`,
  stale: (age: string) => `The last check failed. This balance is from ${age}.`,
  never: 'Your balance hasn’t been checked yet.',
  noKey: 'Connect your account to see its balance.',
  refresh: 'Refresh',
  refreshing: 'Checking…',
  unchanged: 'Checked just now: unchanged.',
  changed: (by: string) => `Checked just now: ${by} points.`,
  simulated: 'Simulated: these points aren’t real.',
  manage: 'Manage points on Poe',
  seeUsage: 'See usage',
  setUp: 'Connect account',
}
