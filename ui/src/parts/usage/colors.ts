// Which color each part of the bars has. What is shown still keeps the one it had when others come and go beside it.

/** Colors that one model, type or key may have; one more stands for all others. */
const OWN = 5
export const OTHERS = OWN + 1

export type Colors = ReadonlyMap<string, number>

/** From 1, as the tokens are counted. `series`: the dearest first; without a name all others. */
export function colorsOf(before: Colors, series: readonly (string | null)[]): Colors {
  const names = series.filter((name) => name !== null).slice(0, OWN)
  const colors = new Map(before)
  const taken = new Set(names.map((name) => before.get(name)))
  const remembered = new Set(before.values())
  const free = Array.from({ length: OWN }, (_, n) => n + 1).filter((color) => !taken.has(color))
  // Those of names that are gone for now go last.
  const choices = [...free.filter((color) => !remembered.has(color)), ...free.filter((color) => remembered.has(color))]
  for (const name of names.filter((name) => !before.has(name))) {
    const color = choices.shift() ?? OTHERS
    for (const [gone, its] of colors) if (its === color) colors.delete(gone)
    colors.set(name, color)
  }
  return colors
}

export const colorOf = (colors: Colors, name: string | null) => (name === null ? OTHERS : (colors.get(name) ?? OTHERS))
