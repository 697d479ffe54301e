// One question to several models.
import { count, plural } from './grammar'

export const compare = {
  /** Opens the list to choose them from. */
  choose: 'Compare with other models',
  keys: (modifier: string) => `${modifier} Shift K`,
  note: 'Choose up to 3 more models. Each answer is its own call with its own cost.',
  chosen: (n: number) => `${count(n)} of 4 models`,
  done: 'Done',
  full: '4 models at most',
  asked: 'Models that answer',
  remove: (model: string) => `Don’t ask ${model}`,
  sendTo: (n: number) => `Send to ${count(n)}`,
  /** `price`: "140–190 points", "$0.02". */
  costs: (n: number, price: string | null, tokens: number) =>
    `${price === null ? 'Price unknown' : `About ${price}`} for ${plural(n, 'answer', 'answers')}, about ${plural(tokens, 'token', 'tokens')} sent.`,
  /** One of them has ended. */
  ended: (model: string, left: number) => `${model} finished, ${plural(left, 'answer', 'answers')} to go`,
  allEnded: (n: number) => `All ${count(n)} answers finished`,
  kept: (model: string) => `The chat goes on with ${model}`,
  escStops: 'Esc stops all answers',
}
