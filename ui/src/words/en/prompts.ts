// Presets and snippets, as the chat shows them.
import { plural } from './grammar'

export const prompts = {
  presets: 'Presets',
  beginWith: 'Or start with a preset',
  allPresets: 'All presets',
  preset: (name: string) => `Preset: ${name}`,
  without: (name: string) => `Don’t use ${name}`,
  deleted: (name: string) => `${name} deleted`,
  saved: 'Saved as a preset',
  /** Of a chat without a title. */
  unnamed: 'My preset',
  exported: (file: string) => `Prompts exported to ${file}`,
  imported: (added: number, changed: number) =>
    added + changed === 0 ? 'Nothing was imported' : [...(added > 0 ? [`${plural(added, 'prompt', 'prompts')} imported`] : []), ...(changed > 0 ? [`${plural(changed, 'prompt', 'prompts')} replaced`] : [])].join(', '),
  snippets: 'Snippets',
  found: (n: number) => plural(n, 'snippet', 'snippets'),
  insert: 'Insert',
  inserted: (name: string) => `${name} inserted`,
  cancel: 'Cancel',
  keys: 'Enter inserts · Shift Enter for a new line · Esc cancels',
}
