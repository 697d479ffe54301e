// The cost of each request of a message.
import { count, plural } from './grammar'

export const receipt = {
  title: 'What this cost',
  input: 'Input',
  output: 'Output',
  points: 'Points',
  usd: 'US dollars',
  account: 'Account',
  total: 'Total',
  saved: 'Saved by the cache',
  askedFor: 'Asked for',
  aboutWords: (n: number) => `about ${plural(n, 'word', 'words')}`,
  request: (n: number, of: number) => `Request ${count(n)} of ${count(of)}`,
}
