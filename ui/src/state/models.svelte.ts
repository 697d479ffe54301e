// The list of models, in the order in which it is shown, and the search over it.
import * as ipc from '../ipc'
import type { ModelsView, ModelView } from '../ipc'
import { byDefault } from './catalog'
import { type Found, ModelSearch } from './search'

export class Models {
  view = $state.raw<ModelsView>({ models: [], fetchedAt: null, card: null })
  loading = $state(false)
  #byId = $derived(new Map(this.view.models.map((model) => [model.id, model])))
  #search = $derived(new ModelSearch(byDefault(this.view.models)))

  find(id: string): ModelView | undefined {
    return this.#byId.get(id)
  }

  name(id: string): string {
    return this.#byId.get(id)?.name ?? id
  }

  /**
   * What a chat begins with where none was chosen: of those that were used, the latest first, one that is still listed, else
   * the first that answers with text. Null as long as there is no list.
   */
  usual(used: readonly string[]): string | null {
    const known = used.find((id) => this.#byId.has(id))
    return known ?? this.view.models.find((model) => model.outputs.includes('text'))?.id ?? null
  }

  async load(refresh: boolean) {
    if (this.loading) return
    this.loading = true
    await ipc.attempt(async () => (this.view = await ipc.models(refresh)), (card) => (this.view = { ...this.view, card }))
    this.loading = false
  }

  search(query: string): Found {
    return this.#search.find(query)
  }
}

export const models = new Models()
