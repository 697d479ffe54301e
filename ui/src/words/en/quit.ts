// The question before the app quits while answers are coming.
import { count, plural } from './grammar'

export const quit = {
  title: (sent: number, unsent: number) =>
    sent === 0
      ? `${unsent === 1 ? 'A message is' : `${count(unsent)} messages are`} still waiting to be sent`
      : `${sent === 1 ? 'An answer is' : `${count(sent)} answers are`} still coming`,
  titleEnded: 'Every answer has finished',
  costs: (points: number | null) =>
    `If you quit now, the text so far is saved and the rest is lost. Poe may still charge for the whole answer${points === null ? '.' : `: about ${plural(points, 'point', 'points')}.`}`,
  costsMany: (points: number | null, isWhole: boolean) =>
    `If you quit now, the text so far is saved and the rest is lost. Poe may still charge for the whole answers${points === null ? '.' : `: ${isWhole ? 'about' : 'at least'} ${plural(points, 'point', 'points')}.`}`,
  films: (n: number) =>
    `Poe goes on making the ${n === 1 ? 'video' : 'videos'}, and charges as usual. Telltale gets ${n === 1 ? 'it' : 'them'} when you open it again, at no further cost.`,
  unsent: 'What wasn’t sent stays in its chat and costs nothing. It won’t be sent automatically.',
  ended: 'Everything is saved.',
  points: (points: number) => `≈ ${plural(points, 'point', 'points')}`,
  notSent: 'not sent yet',
  finished: 'finished',
  more: (n: number) => `and ${count(n)} more`,
  stay: 'Keep running',
  stayEnded: 'Stay',
  quit: 'Quit anyway',
  quitEnded: 'Quit',
}
