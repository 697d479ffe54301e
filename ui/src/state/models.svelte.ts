// The list of models.
import * as ipc from '../ipc'
import type { ModelsView, ModelView } from '../ipc'

export class Models {
  view = $state.raw<ModelsView>({ models: [], fetchedAt: null, card: null })
  loading = $state(false)
  #byId = $derived(new Map(this.view.models.map((model) => [model.id, model])))

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
}

export const models = new Models()
