// What something will cost, in a few words: a range of points, or of dollars until it is known what a point is worth.
import { atMost, between, count, dollars, settingName, timeOfDay } from '../format'
import type { CacheOutlook, MessageCost, PointsRange, Shortfall } from '../ipc'
import { words } from '../words'

/** "140–190 points". */
export const rangeOfPoints = (range: PointsRange) => words.charge.points(between(range), range.high)

function rangeOfDollars({ low, high }: { low: string; high: string }): string {
  return low === high ? dollars(low) : words.chat.between(dollars(low), dollars(high))
}

/** "140–190", "$0.02"; of a message with files that can't be counted, what the rest costs at least. Null where no price is known. */
export function figure({ points, usd, from }: Pick<MessageCost, 'points' | 'usd'> & { from?: number | null }): string | null {
  if (points) return between(points)
  if (typeof from === 'number') return count(from)
  return usd && rangeOfDollars(usd)
}

/** All that is known of the cost of a message, for who does not see its button, or looks at it. */
export function costs(cost: MessageCost): string {
  const counted = cost.points ? rangeOfPoints(cost.points) : cost.usd && rangeOfDollars(cost.usd)
  const price = cost.from === null ? counted : words.charge.points(count(cost.from), cost.from)
  return words.chat.costs(cost.tokens, price, cost.uncounted)
}

/** Of the same message to several models. */
export function costsTogether(models: number, cost: MessageCost): string {
  const price = cost.points ? rangeOfPoints(cost.points) : cost.usd && rangeOfDollars(cost.usd)
  return words.compare.costs(models, price, cost.tokens)
}

/** "Cached until 14:32, then ≈ 350–420", "The cache expired at 14:32: ≈ 210 more". */
export function cacheLine({ until, then, lost, uncached, more }: CacheOutlook): string | null {
  const text = words.chat
  const extra = more === null ? null : count(more)
  if (uncached) return text.costsMore(text.uncached[uncached.why](uncached.why === 'parameter' ? settingName(uncached.name) : ''), extra)
  if (lost) return text.costsMore(text.cacheLost[lost.why](lost.why === 'pause' ? timeOfDay(lost.at) : ''), extra)
  return until === null ? null : text.cachedUntil(timeOfDay(until), then && between(then))
}

/** "191,253 points short", "Up to 40 points over today’s limit". */
export function shortOf({ of, points }: Shortfall): string {
  const { low, high } = points
  const amount = low === 0 ? words.chat.upTo(words.charge.points(atMost(high), high)) : rangeOfPoints(points)
  return words.chat.short[of](amount)
}
