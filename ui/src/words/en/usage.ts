// The view of the points history.
import { plural } from './grammar'

export const usage = {
  title: 'Usage',
  fetched: (age: string) => `Updated ${age}`,
  refresh: 'Refresh',
  time: 'Time',
  model: 'Model',
  type: 'Type',
  source: 'Source',
  input: 'Input tokens',
  output: 'Output tokens',
  points: 'Points',
  caption: 'Calls that used points, newest first',
  more: 'Load more',
  loadingMore: 'Loading…',
  all: (n: number) => `That’s all: ${plural(n, 'row', 'rows')}.`,
  loading: 'Loading your history from Poe…',
  emptyTitle: 'No usage yet',
  emptyText: 'Poe keeps the last 30 days of calls. They’ll be listed here.',
  noKey: 'Connect your account to see its usage.',
  simulated: 'Simulated history',
  unclear: 'Poe lists this with the opposite sign of your other calls. It isn’t counted.',
}
