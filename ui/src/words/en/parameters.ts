// The form for the parameters of a chat.
import { count, plural } from './grammar'

const ends = (from: number | null, to: number | null) =>
  (from === null ? '' : ` from ${count(from)}`) + (to === null ? '' : `${from === null ? ' up' : ''} to ${count(to)}`)

export const parameters = {
  titleNew: 'Parameters of new chats',
  system: 'System prompt',
  systemHint: 'Sent before your first message.',
  systemUnsent: 'Not sent to video models: they get your message only.',
  temperature: 'Temperature',
  topP: 'Top P',
  maxTokens: 'Max tokens',
  budget: 'Budget',
  budgetHint: 'Points this chat may use.',
  budgetHintNew: 'Points each new chat may use.',
  noBudget: 'No limit',
  modelDefault: 'Model’s default',
  range: (from: number | null, to: number | null) => `A number${ends(from, to)}.`,
  wholeRange: (from: number | null, to: number | null) => `A whole number${ends(from, to)}.`,
  reset: 'Use the model’s defaults',
  resetOne: 'Reset',
  resetNamed: (label: string) => `Reset ${label}`,
  /** `model`: its name. */
  ofModel: (model: string) => `For ${model}`,
  defaultIs: (value: string) => `Default: ${value}.`,
  onOrOff: (isOn: boolean) => (isOn ? 'on' : 'off'),
  /** `value`: as it stands in its field. */
  refused: (value: string) => `Poe refused ${value} for this model.`,
  unsent: 'Not sent: Poe’s video requests have no place for it.',
  none: 'None',
  keepForModel: 'Use for new chats too',
  keptForModel: (model: string, n: number) => `New chats with ${model} start with ${plural(n, 'value', 'values')} of yours.`,
  forgetForModel: 'Forget',
  savePreset: 'Save as preset',
  save: 'Save',
  close: 'Close',
}
