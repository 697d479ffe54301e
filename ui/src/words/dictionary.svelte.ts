// The words of one language at a time. What shows them reads them here, so that it follows when another takes its place.
export class Dictionary<Words extends object> {
  #now = $state.raw() as Words
  /** Each subject as the language of now has it. */
  readonly words: Words

  constructor(words: Words) {
    this.#now = words
    this.words = new Proxy(words, { get: (_, subject) => this.#now[subject as keyof Words] })
  }

  speak(words: Words) {
    this.#now = words
  }
}

/** The subjects of both. */
export const together = <First extends object, Rest extends object>(first: First, rest: Rest): First & Rest =>
  new Proxy({} as First & Rest, { get: (_, subject) => Reflect.get(subject in rest ? rest : first, subject) })
