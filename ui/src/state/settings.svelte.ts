// The settings that Rust keeps. A refused change leaves the old value and says why at its field.
import * as ipc from '../ipc'
import type { ErrorCard, Parameters, SettingsChange, SettingsView, Theme } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'

export const noParameters: Parameters = { system: null, temperature: null, topP: null, maxTokens: null }

class Settings {
  view = $state.raw<SettingsView>({
    theme: 'system',
    baseUrl: '',
    baseUrlFixed: false,
    enterSends: true,
    defaultModel: null,
    defaultParameters: noParameters,
    dataDir: '',
  })
  card = $state.raw<ErrorCard | null>(null)
  version = $state('')

  /** Says whether the change was taken. */
  async change(change: Partial<SettingsChange>): Promise<boolean> {
    try {
      this.view = await ipc.changeSettings(change)
      this.card = null
      return true
    } catch (e) {
      this.card = ipc.asCard(e)
      return false
    }
  }

  /** The same, said aloud once it is taken. */
  async save(change: Partial<SettingsChange>): Promise<boolean> {
    const isTaken = await this.change(change)
    if (isTaken) announcer.say(words.settings.saved)
    return isTaken
  }

  /** The theme as the style sheet knows it: "system" resolved. */
  resolved(systemIsDark: boolean): Exclude<Theme, 'system'> {
    return this.view.theme === 'system' ? (systemIsDark ? 'dark' : 'light') : this.view.theme
  }
}

export const settings = new Settings()
