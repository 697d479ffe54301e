// A model's price in one line, as Poe publishes it.
import { dollars } from '../format'
import type { ModelView } from '../ipc'
import { words } from '../words'

export function price(model: ModelView): string | null {
  if (model.inputUsd !== null && model.outputUsd !== null) {
    return words.prices.perMillion(dollars(model.inputUsd), dollars(model.outputUsd))
  }
  if (model.requestUsd !== null) return words.prices.perRequest(dollars(model.requestUsd))
  const one = model.outputUsd ?? model.inputUsd
  return one === null ? null : dollars(one)
}

/** What stands where a price would: a list that tells none may still be known to have cost nothing. */
export const withoutPrice = (model: ModelView) => (model.freeSoFar ? words.prices.freeSoFar : words.prices.noListPrice)

/** The same with its unit, where no column heading tells it. */
export function priceWithUnit(model: ModelView): string {
  const told = price(model)
  if (told === null) return withoutPrice(model)
  return model.inputUsd === null && model.outputUsd === null ? told : `${told} ${words.prices.perMillionTokens}`
}
