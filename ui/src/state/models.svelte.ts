// The list of models, and the search over it.
import * as ipc from '../ipc'
import type { ModelsView, ModelView } from '../ipc'

class Models {
  view = $state.raw<ModelsView>({ models: [], fetchedAt: null, card: null })
  loading = $state(false)
  #byId = $derived(new Map(this.view.models.map((model) => [model.id, model])))

  find(id: string): ModelView | undefined {
    return this.#byId.get(id)
  }

  name(id: string): string {
    return this.#byId.get(id)?.name ?? id
  }

  async load(refresh: boolean) {
    if (this.loading) return
    this.loading = true
    try {
      this.view = await ipc.models(refresh)
    } catch (e) {
      this.view = { ...this.view, card: ipc.asCard(e) }
    }
    this.loading = false
  }

  /** Every word of the query must be found; models whose name begins with it come first. */
  search(query: string): ModelView[] {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean)
    if (words.length === 0) return this.view.models
    const matches = this.view.models.filter((model) => {
      const text = `${model.id} ${model.name} ${model.maker}`.toLowerCase()
      return words.every((word) => text.includes(word))
    })
    const whole = words.join(' ')
    const rank = (model: ModelView) => (model.name.toLowerCase().startsWith(whole) ? 0 : 1)
    return matches.sort((a, b) => rank(a) - rank(b))
  }
}

export const models = new Models()
