// What something will cost, in a few words: a range of points, or of dollars until it is known what a point is worth.
import { atMost, between, dollars } from '../format'
import type { MessageCost, PointsRange, Shortfall } from '../ipc'
import { words } from '../words'

/** "140–190 points". */
export const rangeOfPoints = (range: PointsRange) => words.charge.points(between(range), range.high)

function rangeOfDollars({ low, high }: { low: string; high: string }): string {
  return low === high ? dollars(low) : words.chat.between(dollars(low), dollars(high))
}

/** "140–190", "$0.02"; null where no price is known. */
export function figure({ points, usd }: Pick<MessageCost, 'points' | 'usd'>): string | null {
  if (points) return between(points)
  return usd && rangeOfDollars(usd)
}

/** All that is known of the cost of a message, for who does not see its button, or looks at it. */
export function costs(cost: MessageCost): string {
  const price = cost.points ? rangeOfPoints(cost.points) : cost.usd && rangeOfDollars(cost.usd)
  return words.chat.costs(cost.tokens, price, cost.uncounted)
}

/** "191,253 points short", "Up to 40 points over today’s limit". */
export function shortOf({ of, points }: Shortfall): string {
  const { low, high } = points
  const amount = low === 0 ? words.chat.upTo(words.charge.points(atMost(high), high)) : rangeOfPoints(points)
  return words.chat.short[of](amount)
}
