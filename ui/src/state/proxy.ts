// The proxy between this computer and Poe, in words: the one in use, or why there is none.
import type { ConnectionView } from '../ipc'
import { words } from '../words/all'

export function proxyInUse(view: ConnectionView): string {
  const text = words.connection
  const { bypassed, inUse, problem } = view
  if (bypassed) return text.bypassed
  if (inUse !== null) return text.inUse(inUse)
  switch (problem?.kind) {
    case 'unusable':
      return text.problems.unusable(problem.source, problem.value)
    case 'automatic':
      return text.problems.automatic(problem.desktop)
    case 'unread':
      return text.problems.unread(problem.desktop)
    default:
      return text.notUsed
  }
}

export function proxyState({ bypassed, inUse, problem }: ConnectionView): string {
  return bypassed ? 'bypassed' : (inUse ?? problem?.kind ?? 'none')
}
