// The list of models, and what a turn like this person's costs on each.
import * as ipc from '../ipc'
import type { DeclaredParameter, ModelsView, ModelView, TurnPrices } from '../ipc'

export class Models {
  #view = $state.raw<ModelsView>({ revision: 0, models: [], fetchedAt: null, changes: [], changesSince: null, card: null })
  prices = $state.raw<TurnPrices>({ prompt: 0, answer: 0, calls: 0, pointsADollar: null, points: {}, usd: {} })
  loading = $state(false)
  get view() {
    return this.#view
  }
  /** Rows that are the same as before stay the same to whoever shows them. */
  set view(view: ModelsView) {
    const isSame = view.revision === this.#view.revision && view.models.length === this.#view.models.length
    this.#view = isSame ? { ...view, models: this.#view.models } : view
  }

  /** A list that is another comes with what a turn costs on its models, so that the rows are drawn once. */
  async take(view: ModelsView) {
    const number = ++this.#taken
    let prices: TurnPrices | null = null
    const isOther = view.revision !== this.view.revision && view.models.length > 0
    if (isOther) await ipc.attempt(async () => (prices = await ipc.turnPrices()), () => {})
    // A later one is on its way, or was here first.
    if (number !== this.#taken) return
    if (!isOther || view.revision > this.view.revision) this.view = view
    if (prices) this.#takePrices(prices)
  }
  #taken = 0

  #byId = $derived(new Map(this.view.models.map((model) => [model.id, model])))

  find(id: string): ModelView | undefined {
    return this.#byId.get(id)
  }

  /** It makes videos, at an address that takes nothing else. */
  isFilm(id: string | null): boolean {
    return id !== null && (this.#byId.get(id)?.films ?? false)
  }

  name(id: string): string {
    return this.#byId.get(id)?.name ?? id
  }

  /**
   * What a chat begins with where none was chosen: of those that were used, the latest first, one that is still listed, else
   * the first that answers with text and of which nobody has to be asked. Null as long as there is no list.
   */
  usual(used: readonly string[]): string | null {
    const known = used.find((id) => this.#byId.has(id))
    return known ?? this.view.models.find((model) => model.outputs.includes('text') && !model.asks)?.id ?? null
  }

  #declared = $state.raw<Record<string, readonly DeclaredParameter[]>>({})
  #asked = new Set<string>()
  /** What a chat with this model can set beside what all take. Nothing until it has been read, which asking for it begins. */
  declared(id: string | null): readonly DeclaredParameter[] {
    const { revision } = this.view
    if (id === null) return []
    // Another list may declare others.
    const key = `${revision} ${id}`
    if (!this.#asked.has(key)) void this.#readDeclared(key, id)
    return this.#declared[key] ?? []
  }
  /** Poe may have refused a value since it was read. */
  renewDeclared(id: string) {
    void this.#readDeclared(`${this.view.revision} ${id}`, id)
  }
  async #readDeclared(key: string, id: string) {
    this.#asked.add(key)
    await ipc.attempt(async () => {
      const declared = await ipc.declaredParameters(id)
      this.#declared = { ...this.#declared, [key]: declared }
    }, () => this.#asked.delete(key))
  }

  async load(refresh: boolean) {
    if (this.loading) return
    this.loading = true
    const ask = async () => {
      if (!refresh) return void (this.view = await ipc.models())
      const card = await ipc.refreshModels()
      if (card) this.view = { ...this.view, card }
    }
    await ipc.attempt(ask, (card) => (this.view = { ...this.view, card }))
    this.loading = false
  }

  /** Where they can't be told, those of before stay. */
  async loadPrices() {
    await ipc.attempt(async () => {
      this.#takePrices(await ipc.turnPrices())
    }, () => {})
  }
  #takePrices(prices: TurnPrices) {
    if (JSON.stringify(prices) !== JSON.stringify(this.prices)) this.prices = prices
  }

  /** What changed has been looked at. */
  async noteSeen() {
    await ipc.attempt(async () => (this.view = await ipc.changesSeen()), (card) => (this.view = { ...this.view, card }))
  }
}

export const models = new Models()
