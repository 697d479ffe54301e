// A command rejects with an ErrorCard. What is rejected below the commands (a refused or unknown call, arguments that do
// not fit) is a bare string; it is shown as received.
import { words } from '../words'
import type { ErrorCard } from './types'

/**
 * Does it; a failure ends here, as its card. Whether it went well. What ends a wait in the same breath as it shows what came
 * does without: this lets the page be drawn once in between.
 */
export async function attempt(work: () => unknown, refused: (card: ErrorCard) => unknown): Promise<boolean> {
  try {
    await work()
    return true
  } catch (e) {
    refused(asCard(e))
    return false
  }
}

export function asCard(rejected: unknown): ErrorCard {
  if (typeof rejected === 'object' && rejected !== null && 'code' in rejected && 'actions' in rejected) {
    return rejected as ErrorCard
  }
  const text = rejected instanceof Error ? rejected.message : String(rejected)
  return {
    code: 'unknown',
    title: words.card.unexpected,
    what: text,
    why: [],
    safe: '',
    facts: [],
    actions: [
      { action: 'copy-details', label: words.card.copyDetails, model: null, value: null },
      { action: 'dismiss', label: words.card.dismiss, model: null, value: null },
    ],
    severity: 'broken',
    place: 'banner',
    field: null,
    readyAt: null,
    details: [{ label: words.card.text, value: text }],
    at: Date.now(),
  }
}
