// The list to choose a model from.
import { plural } from './grammar'

export const picker = {
  label: 'Model',
  choose: 'Choose a model',
  automatic: 'Default model',
  search: 'Search models',
  none: 'No model matches.',
  more: (n: number) => `${plural(n, 'more', 'more')}: type to narrow down`,
  forMessage: 'The message is resent with the model you choose.',
  loading: 'Loading the model list…',
  turn: (points: number) => `≈ ${plural(points, 'point', 'points')} a turn`,
  left: (turns: string) => `≈ ${turns} left`,
  /** Of new chats. */
  lastUsed: 'Last model used',
  newChats: (name: string) => `New chats use ${name}.`,
  isDefault: 'Default for new chats',
  newChatsLast: 'New chats use the model you used last.',
  makeDefault: 'Make default',
  makeDefaultOf: (name: string) => `Make default: ${name}`,
  useLast: 'Use last model instead',
  didYouMean: 'Did you mean:',
  noneFree: 'No model is known to be free.',
  cheapest: 'Cheapest by list price:',
}
