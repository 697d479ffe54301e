// The settings that Rust keeps. A refused change leaves the old value and says why at its field.
import * as ipc from '../ipc'
import type { ErrorCard, Parameters, ProxySetting, SettingsChange, SettingsView, Theme } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'

/** The largest file with certificates that Rust takes: of a larger one it gets as much as shows that it is. */
const mostCertificateBytes = 1024 * 1024

/** Percent. */
export const textSizes: readonly number[] = [80, 90, 100, 110, 125, 150, 175, 200]

export const noParameters: Parameters = { system: null, temperature: null, topP: null, maxTokens: null, budget: null, declared: {} }

class Settings {
  view = $state.raw<SettingsView>({
    theme: 'system',
    typeface: 'telltale',
    textSize: 100,
    spelling: { on: true, languages: [], missing: [] },
    baseUrl: '',
    baseUrlFixed: false,
    enterSends: true,
    defaultModel: null,
    defaultParameters: noParameters,
    modelParameters: {},
    favorites: [],
    allowed: [],
    connection: {
      proxy: { mode: 'system', address: '', login: '' },
      password: 'none',
      bypassed: false,
      inUse: null,
      problem: null,
      certificates: [],
    },
    dailyLimit: null,
    levels: [],
    cacheChats: true,
    dataDir: '',
    dataDirFixed: false,
    clientId: null,
    canSignIn: false,
    tray: { on: true, shown: null, closeToIt: false },
    notices: { on: true, titles: false, quiet: null },
  })
  card = $state.raw<ErrorCard | null>(null)
  version = $state('')

  /** Says whether the change was taken, as all of these do. */
  change(change: Partial<SettingsChange>): Promise<boolean> {
    return this.#take(() => ipc.changeSettings(change))
  }

  /** A password of null keeps the one that is known, an empty one removes it. */
  setProxy(setting: ProxySetting, password: string | null) {
    return this.#take(() => ipc.setProxy({ setting, password }))
  }

  /** Until the app closes. */
  bypassProxy() {
    return this.#take(ipc.bypassProxy)
  }

  async addCertificate(file: File) {
    const bytes = await file.slice(0, mostCertificateBytes + 1).arrayBuffer()
    return this.#take(() => ipc.addCertificate(file.name, [...new Uint8Array(bytes)]))
  }

  removeCertificate(file: string) {
    return this.#take(() => ipc.removeCertificate(file))
  }

  #take(act: () => Promise<SettingsView>): Promise<boolean> {
    return ipc.attempt(async () => {
      this.view = await act()
      this.card = null
    }, (card) => (this.card = card))
  }

  /** The same, said aloud once it is taken. */
  async save(change: Partial<SettingsChange>): Promise<boolean> {
    const isTaken = await this.change(change)
    if (isTaken) announcer.say(words.done.saved)
    return isTaken
  }

  /** One step larger or smaller, or back to the usual. */
  async resizeText(by: 1 | -1 | 0) {
    const now = this.view.textSize
    const next = by === 0 ? 100 : by > 0 ? textSizes.find((size) => size > now) : textSizes.findLast((size) => size < now)
    if (next !== undefined && (await this.change({ textSize: next }))) announcer.say(words.done.textSizeIs(next))
  }

  /** The theme as the style sheet knows it: "system" resolved. */
  resolved(systemIsDark: boolean): Exclude<Theme, 'system'> {
    return this.view.theme === 'system' ? (systemIsDark ? 'dark' : 'light') : this.view.theme
  }
}

export const settings = new Settings()
