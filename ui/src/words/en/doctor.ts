// The check of the connection, step by step.
import { plural } from './grammar'

export const doctor = {
  title: 'Check the connection',
  lead: 'From this computer to an answer, step by step. It’s free and sends no message.',
  well: 'Everything works',
  request: 'Send a small request',
  requestHint: (model: string) => `The last step asks ${model} for one word, so it uses points.`,
  requestCost: (points: number | null) => (points === null ? 'This uses a few points.' : `This uses about ${plural(points, 'point', 'points')}.`),
  requestYes: 'Send it',
  requestNo: 'Not now',
  stop: 'Stop',
  again: 'Check again',
  copy: 'Copy report',
  copied: 'Report copied',
  settings: 'Connection settings',
  back: 'Back to setup',
  backToChat: 'Back to the chat',
}
