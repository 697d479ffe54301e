// A project's page.
import { plural } from './grammar'

export const projects = {
  newTitle: 'New project',
  what: 'A project keeps chats together. Its new chats start with its model, system prompt and limits, and its files go with each message.',
  name: 'Name',
  create: 'Create project',
  newChat: 'New chat',
  more: 'More for this project',
  moveUp: 'Move up in the list',
  moveDown: 'Move down in the list',
  remove: 'Delete project',
  removeSure: (chats: number) => (chats === 0 ? 'Delete this project?' : `Delete this project? Its ${plural(chats, 'chat', 'chats')} will stay in All chats.`),
  color: 'Color',
  colors: { blue: 'Blue', green: 'Green', amber: 'Amber', red: 'Red', violet: 'Violet', gray: 'Gray' },
  model: 'Model',
  usualModel: 'Your usual model',
  noModel: 'Use my usual model',
  budgetHint: 'Points all chats in this project may use together.',
  files: 'Files',
  filesHint: 'Sent with each message of this project’s chats, ahead of the first question.',
  addFiles: 'Add files',
  /** `price`: "12 points", "$0.02". */
  eachTurn: (price: string) => `About ${price} with each turn`,
  eachTurnUnknown: 'Cost of each turn unknown',
  addsNothing: 'Adds nothing to the cost of a turn',
  consistsOf: (system: number, files: number, fileTokens: number, model: string) =>
    `With ${model}: ${[
      ...(system > 0 ? [`system prompt (${plural(system, 'token', 'tokens')})`] : []),
      ...(files > 0 ? [`${plural(files, 'file', 'files')} (${plural(fileTokens, 'token', 'tokens')})`] : []),
    ].join(', ')}.`,
  whileWarm: (points: string, n: number) => `About ${points} ${n === 1 ? 'point' : 'points'} while a chat is cached.`,
  uncounted: (files: number) => `${plural(files, 'file', 'files')} can’t be counted.`,
  tooLong: (model: string, takes: number) => `That’s more than ${model} allows (${plural(takes, 'token', 'tokens')}).`,
  begins: 'New chats in this project start with these settings.',
  sum: (chats: number, points: number) => `${plural(chats, 'chat', 'chats')}, ${plural(points, 'point', 'points')} so far.`,
  left: (points: number) => `${plural(points, 'point', 'points')} left of the budget.`,
}
