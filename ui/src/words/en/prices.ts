// A model’s price in one line.
import { plural } from './grammar'

export const prices = {
  count: (n: number) => plural(n, 'model', 'models'),
  perRequest: (usd: string) => `${usd} per request`,
  perMillion: (input: string, output: string) => `${input} → ${output}`,
  perMillionTokens: 'per M tokens',
  noListPrice: 'no list price',
  freeSoFar: '0 points so far',
}
