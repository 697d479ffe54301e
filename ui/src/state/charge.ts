// What the points history says of the requests of a message, in a few words.
import { count } from '../format'
import type { ChargeView } from '../ipc'
import { words } from '../words'

export function chargeText({ state, points, amounts }: ChargeView): string {
  const [least, ...others] = amounts
  const most = others.at(-1)
  if (state === 'ambiguous' && least !== undefined && most !== undefined) {
    return others.length === 1 ? words.charge.either(count(least), count(most)) : words.charge.range(count(least), count(most))
  }
  if (points === null) return words.charge.states[state]
  const sum = words.charge.points(count(points), points)
  return state === 'charged' || state === 'notCharged' ? sum : words.charge.and(sum, words.charge.rest[state])
}

/** Why it is not an amount; nothing to explain where it is one. */
export const chargeReason = ({ state }: ChargeView): string | undefined => words.charge.reasons[state]
