// What goes out with the next message, part by part.
import type { ContextPartKind } from '../../ipc'
import { plural } from './grammar'

export const context = {
  part: 'Part',
  tokens: 'Tokens',
  pointsATurn: 'Points a turn',
  parts: {
    system: () => 'System prompt',
    summary: () => 'Summary',
    projectFiles: (n) => plural(n, 'project file', 'project files'),
    files: (n) => plural(n, 'file', 'files'),
    history: (n) => `Chat history, ${plural(n, 'turn', 'turns')}`,
  } satisfies Record<ContextPartKind, (n: number) => string>,
  uncounted: (n: number) => `${plural(n, 'file', 'files')} not counted`,
  sum: 'Before your message',
  edit: 'Edit',
  history: 'Chat history to include',
  allTurns: (n: number) => (n === 1 ? 'The one turn so far' : `All ${plural(n, 'turn', 'turns')}`),
  lastTurns: (n: number) => (n === 1 ? 'The last turn' : `The last ${plural(n, 'turn', 'turns')}`),
  noTurns: 'None',
  saves: (points: number) => `saves about ${plural(points, 'point', 'points')} a turn`,
  staysInChat: 'What you leave out stays in the chat and comes back when you choose it again.',
  leftOut: (n: number) => `${plural(n, 'turn', 'turns')} left out`,
  /** `points`: between what. */
  summarize: (n: number) => (n === 1 ? 'Summarize the turn left out' : `Summarize the ${plural(n, 'turn', 'turns')} left out`),
  once: (points: string) => `once, ≈ ${points} points`,
  due: (n: number) => (n === 1 ? 'The turn left out is summarized with your next message' : `The ${plural(n, 'turn', 'turns')} left out are summarized with your next message`),
  made: (n: number) => (n === 1 ? 'A summary goes out instead of the turn left out' : `A summary goes out instead of the ${plural(n, 'turn', 'turns')} left out`),
  notSummarized: 'No summary goes out',
  removeSummary: 'Remove',
  allBack: 'The whole chat goes out again',
  counting: 'Counting…',
  nothing: 'Only your message.',
}
