// How the list of models is ordered and narrowed down. Pure.
import type { ModelView, TurnPrices } from '../ipc'

/** What a model gives, which of its kinds is enough; what it can do besides, and what it is to this person, all of which it has to. */
export const outputs = ['text', 'image', 'video', 'audio'] as const
export const skills = ['seesImages', 'tools', 'webSearch'] as const
export const own = ['favorites', 'recent', 'freeSoFar'] as const
export type Filter = (typeof outputs)[number] | (typeof skills)[number] | (typeof own)[number]

/** Models of this person, by their ids. */
export type Shelf = { favorites: ReadonlySet<string>; recent: ReadonlySet<string> }

export type Column = 'name' | 'maker' | 'context' | 'turn'
export type Sort = { column: Column; isDown: boolean }
/** `listed`: as Poe lists them; null: nobody chose, which is what fits best or costs least. */
export type Order = Sort | 'listed' | null

export const affordable: Sort = { column: 'turn', isDown: false }

export const hasPrice = (model: ModelView) =>
  model.freeSoFar || model.inputUsd !== null || model.outputUsd !== null || model.requestUsd !== null

/** As Poe lists them, which is by how new and how liked they are; those of unknown price after the others. */
export const byDefault = (models: readonly ModelView[]): ModelView[] => [...models.filter(hasPrice), ...models.filter((model) => !hasPrice(model))]

export function narrowed(models: readonly ModelView[], filters: ReadonlySet<Filter>, { favorites, recent }: Shelf): readonly ModelView[] {
  if (filters.size === 0) return models
  const kinds = outputs.filter((kind) => filters.has(kind))
  const has: Record<Exclude<Filter, (typeof outputs)[number]>, (model: ModelView) => boolean> = {
    seesImages: (model) => model.inputs.includes('image'),
    tools: (model) => model.features.includes('tools'),
    webSearch: (model) => model.features.includes('web_search'),
    favorites: (model) => favorites.has(model.id.toLowerCase()),
    recent: (model) => recent.has(model.id.toLowerCase()),
    freeSoFar: (model) => model.freeSoFar,
  }
  const wanted = [...skills, ...own].filter((filter) => filters.has(filter)).map((filter) => has[filter])
  return models.filter(
    (model) => (kinds.length === 0 || kinds.some((kind) => model.outputs.includes(kind))) && wanted.every((holds) => holds(model)),
  )
}

/** The first press of a column's head: the cheapest, the most that it takes, the first of the alphabet. */
const startsDown: Record<Column, boolean> = { name: false, maker: false, context: true, turn: false }

/** After the second the order is nobody's again. */
export function nextSort(order: Order, column: Column): Order {
  const isDown = startsDown[column]
  const sort = order === 'listed' ? null : order
  if (sort?.column !== column) return { column, isDown }
  return sort.isDown === isDown ? { column, isDown: !isDown } : null
}

const alphabet = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** What is not known comes last, whichever way; among equals the list keeps its order. */
export function sorted(models: readonly ModelView[], order: Order, prices: Pick<TurnPrices, 'points' | 'usd'>): readonly ModelView[] {
  if (order === null || order === 'listed') return models
  const { column, isDown } = order
  if (column === 'name' || column === 'maker') {
    const compare = alphabet.compare
    return [...models].sort((a, b) => (isDown ? compare(b[column], a[column]) : compare(a[column], b[column])))
  }
  const valueOf = (model: ModelView) => (column === 'context' ? model.context : turnOf(model, prices))
  const known: { model: ModelView; value: number }[] = []
  const rest: ModelView[] = []
  for (const model of models) {
    const value = valueOf(model)
    if (value === null) rest.push(model)
    else known.push({ model, value })
  }
  known.sort((a, b) => (isDown ? b.value - a.value : a.value - b.value))
  return [...known.map(({ model }) => model), ...rest]
}

/** Points, or dollars as long as nobody knows what a point is worth. */
function turnOf({ id }: ModelView, { points, usd }: Pick<TurnPrices, 'points' | 'usd'>): number | null {
  const known = points[id]
  if (known !== undefined) return known
  const dollars = usd[id]
  return dollars === undefined ? null : Number(dollars)
}
