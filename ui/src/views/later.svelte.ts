// The views that no start waits for. Their code and styles are read once the first view stands, so that none of them is
// waited for either; who is faster sees it some milliseconds later.
import type { Component } from 'svelte'
import type { View } from '../state/route.svelte'

const sources = {
  models: () => import('./Models.svelte'),
  balance: () => import('./Balance.svelte'),
  usage: () => import('./Usage.svelte'),
  settings: () => import('./Settings.svelte'),
  help: () => import('./Help.svelte'),
  gallery: () => import('./Gallery.svelte'),
  log: () => import('./Log.svelte'),
  doctor: () => import('./Doctor.svelte'),
} satisfies Partial<Record<View, () => Promise<{ default: Component }>>>

type Later = keyof typeof sources
const isLater = (view: View): view is Later => view in sources

class LaterViews {
  #read = $state.raw<Partial<Record<View, Component>>>({})

  has(view: View) {
    return isLater(view)
  }
  /** Nothing until it has been read. */
  get(view: View) {
    return this.#read[view]
  }
  async read(view: View) {
    if (!isLater(view) || this.#read[view]) return
    const { default: component } = await sources[view]()
    this.#read = { ...this.#read, [view]: component }
  }
  /** One after another, so that what is pressed meanwhile waits for one at most. */
  async readAll() {
    for (const view of Object.keys(sources)) await this.read(view as Later)
  }
}

export const later = new LaterViews()
