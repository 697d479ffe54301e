// What the points history says of a request, in a few words.
import { count } from '../format'
import type { ChargeView } from '../ipc'
import { words } from '../words'

export function chargeText({ state, points }: ChargeView): string {
  if (state === 'charged' && points !== null) return words.charge.points(count(points), points)
  return words.charge.states[state]
}
