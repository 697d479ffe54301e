// What is known of the cost of a message, in a few words.
import type { ChargeState } from '../../ipc'

export const charge = {
  points: (amount: string, n: number) => (n === 1 ? '1 point' : `${amount} points`),
  either: (one: string, other: string) => `${one} or ${other} points`,
  range: (least: string, most: string) => `${least} to ${most} points`,
  /** What is known, and what is to be said of the part that is not. */
  and: (points: string, rest: string) => `${points}, ${rest}`,
  /** Points. */
  saved: (amount: string) => `cache saved ${amount}`,
  looking: 'Checking points…',
  states: {
    checking: 'checking points',
    notYet: 'cost not known yet',
    charged: 'points were used',
    notCharged: 'no points used',
    notFound: 'no charge found so far',
    ambiguous: 'points unclear',
    unknown: 'cost unknown',
  } satisfies Record<ChargeState, string>,
  rest: {
    checking: 'checking the rest',
    notYet: 'the rest not known yet',
    notFound: 'no charge found so far for the rest',
    ambiguous: 'the rest unclear',
    unknown: 'the rest unknown',
  } satisfies Record<Exclude<ChargeState, 'charged' | 'notCharged'>, string>,
  reasons: {
    notYet: 'A charge can take minutes to show up.',
    notFound: 'Poe lists no charge for this. One may still show up.',
    ambiguous: 'Several calls in Usage match; Poe doesn’t say which is this one.',
    unknown: 'Poe’s history doesn’t say what this cost. See Usage.',
  } as Partial<Record<ChargeState, string>>,
}
