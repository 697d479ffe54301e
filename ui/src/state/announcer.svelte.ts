// The window's one polite live region, and the short note that is seen with it ("Copied").

const SHOWN_FOR = 1800

class Announcer {
  /** What a screen reader hears next. */
  heard = $state('')
  /** What is seen for a moment. */
  note = $state('')
  #timer: ReturnType<typeof setTimeout> | undefined

  hear(text: string) {
    // The same words twice are no change, and would not be heard: a trailing space makes them one.
    this.heard = this.heard === text ? `${text}\u00a0` : text
  }

  say(text: string) {
    this.hear(text)
    this.note = text
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.note = ''), SHOWN_FOR)
  }
}

export const announcer = new Announcer()
