// A project's page.
import { plural } from './grammar'

export const projects = {
  newTitle: 'New project',
  what: 'A project keeps chats together. Its new chats start with its model, system prompt and limits.',
  name: 'Name',
  create: 'Create project',
  newChat: 'New chat',
  more: 'More for this project',
  remove: 'Delete project',
  removeSure: (chats: number) => (chats === 0 ? 'Delete this project?' : `Delete this project? Its ${plural(chats, 'chat', 'chats')} will stay in All chats.`),
  color: 'Color',
  colors: { blue: 'Blue', green: 'Green', amber: 'Amber', red: 'Red', violet: 'Violet', gray: 'Gray' },
  model: 'Model',
  usualModel: 'Your usual model',
  noModel: 'Use my usual model',
  budgetHint: 'Points all chats in this project may use together.',
  begins: 'New chats in this project start with these settings.',
  sum: (chats: number, points: number) => `${plural(chats, 'chat', 'chats')}, ${plural(points, 'point', 'points')} so far.`,
  left: (points: number) => `${plural(points, 'point', 'points')} left of the budget.`,
}
