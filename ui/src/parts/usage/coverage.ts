// How much of the history there is, in a few words for the head of the view.
import type { LedgerView } from '../../ipc'
import { moment, shortDate } from '../../format'
import { words } from '../../words/all'

export function coverage({ spans, reading, card }: LedgerView, now: number): string {
  const text = words.usage
  if (reading !== null) return reading > 0 ? text.readingRows(reading) : text.reading
  const newest = spans.at(-1)
  const before = spans.at(-2)
  if (!newest) return ''
  if (before) {
    const gap = text.gap(moment(before.to, now), moment(newest.from, now))
    return spans.length > 2 ? text.gaps(gap, spans.length - 2) : gap
  }
  const from = shortDate(newest.from, now)
  // What happened since a reading failed is not known.
  return card ? text.completeFrom(from) : text.complete(from)
}
