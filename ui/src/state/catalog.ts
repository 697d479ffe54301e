// How the list of models is ordered and narrowed down. Pure.
import type { ModelView } from '../ipc'

/** What a model gives, which of its kinds is enough; and what it can do besides, all of which it has to. */
export const outputs = ['text', 'image', 'video', 'audio'] as const
export const skills = ['seesImages', 'tools'] as const
export type Filter = (typeof outputs)[number] | (typeof skills)[number]

export type Column = 'name' | 'maker' | 'context' | 'input' | 'output'
export type Sort = { column: Column; isDown: boolean }

export const hasPrice = (model: ModelView) =>
  model.freeSoFar || model.inputUsd !== null || model.outputUsd !== null || model.requestUsd !== null

/** As Poe lists them, which is by how new and how liked they are; those of unknown price after the others. */
export const byDefault = (models: readonly ModelView[]): ModelView[] => [...models.filter(hasPrice), ...models.filter((model) => !hasPrice(model))]

export function narrowed(models: readonly ModelView[], filters: ReadonlySet<Filter>): readonly ModelView[] {
  if (filters.size === 0) return models
  const kinds = outputs.filter((kind) => filters.has(kind))
  return models.filter(
    (model) =>
      (kinds.length === 0 || kinds.some((kind) => model.outputs.includes(kind))) &&
      (!filters.has('seesImages') || model.inputs.includes('image')) &&
      (!filters.has('tools') || model.features.includes('tools')),
  )
}

/** The first press of a column's head: the cheapest, the most that it takes, the first of the alphabet. */
const startsDown: Record<Column, boolean> = { name: false, maker: false, context: true, input: false, output: false }

/** After the second the order is the list's own again. */
export function nextSort(sort: Sort | null, column: Column): Sort | null {
  const isDown = startsDown[column]
  if (sort?.column !== column) return { column, isDown }
  return sort.isDown === isDown ? { column, isDown: !isDown } : null
}

/** What is not known comes last, whichever way. */
export function sorted(models: readonly ModelView[], sort: Sort | null): readonly ModelView[] {
  if (!sort) return models
  const { column, isDown } = sort
  if (column === 'name' || column === 'maker') {
    const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' }).compare
    return [...models].sort((a, b) => (isDown ? order(b[column], a[column]) : order(a[column], b[column])))
  }
  const value = (model: ModelView) => (column === 'context' ? model.context : price(model, column))
  const known = models.filter((model) => value(model) !== null)
  const of = (model: ModelView) => value(model) ?? 0
  known.sort((a, b) => (isDown ? of(b) - of(a) : of(a) - of(b)))
  // A price for each request can't be compared with one for tokens.
  const rest = models.filter((model) => value(model) === null)
  return column === 'context' ? [...known, ...rest] : [...known, ...byRequest(rest, isDown)]
}

function byRequest(models: readonly ModelView[], isDown: boolean): ModelView[] {
  const of = (model: ModelView) => Number(model.requestUsd)
  const told = models.filter((model) => model.requestUsd !== null).sort((a, b) => (isDown ? of(b) - of(a) : of(a) - of(b)))
  return [...told, ...models.filter((model) => model.requestUsd === null)]
}

function price(model: ModelView, column: 'input' | 'output'): number | null {
  if (model.freeSoFar) return 0
  const usd = column === 'input' ? model.inputUsd : model.outputUsd
  return usd === null ? null : Number(usd)
}
