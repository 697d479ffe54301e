// A model's price in one line, as Poe publishes it.
import { dollars } from '../format'
import type { ModelView } from '../ipc'
import { words } from '../words'

export function price(model: ModelView): string | null {
  if (model.inputUsd !== null && model.outputUsd !== null) {
    return words.models.perMillion(dollars(model.inputUsd), dollars(model.outputUsd))
  }
  if (model.requestUsd !== null) return words.models.perRequest(dollars(model.requestUsd))
  const one = model.outputUsd ?? model.inputUsd
  return one === null ? null : dollars(one)
}

/** The same with its unit, where no column heading tells it. */
export function priceWithUnit(model: ModelView): string {
  const told = price(model)
  if (told === null) return words.models.noListPrice
  return model.inputUsd === null && model.outputUsd === null ? told : `${told} ${words.models.perMillionTokens}`
}
