// The models that this person marked, and those that were asked last.
import { conversations } from './conversations.svelte'
import { notices } from './notices.svelte'
import { settings } from './settings.svelte'

/** More were used some time ago, not recently. */
const MOST_RECENT = 12

const small = (ids: readonly string[]) => new Set(ids.map((id) => id.toLowerCase()))

class Favorites {
  favorites = $derived(small(settings.view.favorites))
  /** The latest first. */
  recent = $derived(small([...new Set(conversations.models.filter((id) => id !== ''))].slice(0, MOST_RECENT)))

  has(id: string) {
    return this.favorites.has(id.toLowerCase())
  }

  async toggle(id: string) {
    const key = id.toLowerCase()
    const { favorites } = settings.view
    const next = this.has(id) ? favorites.filter((known) => known.toLowerCase() !== key) : [...favorites, id]
    if (await settings.change({ favorites: next })) return
    if (settings.card) notices.refuse(settings.card)
    settings.card = null
  }

  /** Those that a list begins with. */
  first = $derived([...new Set([...this.favorites, ...this.recent])])
}

export const favorites = new Favorites()
