// The window's one polite live region, and the short note that is seen with it ("Saved"), sometimes with a way back.

const SHOWN_FOR = 1800
/** Long enough to read it, to think about it, and to press. */
const OFFERED_FOR = 12_000

export type Offer = { label: string; act: () => unknown }
type Note = { text: string; offer: Offer | null }

class Announcer {
  /** What a screen reader hears next. */
  heard = $state('')
  /** What is seen for a moment. */
  note = $state.raw<Note | null>(null)
  #timer: ReturnType<typeof setTimeout> | undefined

  hear(text: string) {
    // The same words twice are no change, and would not be heard: a trailing space makes them one.
    this.heard = this.heard === text ? `${text}\u00a0` : text
  }

  say(text: string) {
    this.#show({ text, offer: null }, SHOWN_FOR)
  }

  /** What an act has done that nobody asked for by name, and a button that takes it back. */
  offer(text: string, label: string, act: () => unknown) {
    const take = () => {
      this.note = null
      return act()
    }
    this.#show({ text, offer: { label, act: take } }, OFFERED_FOR)
  }

  /** What was offered is no longer there to be taken. */
  withdraw() {
    if (this.note?.offer) this.note = null
  }

  #show(note: Note, time: number) {
    this.hear(note.text)
    this.note = note
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => (this.note = null), time)
  }
}

export const announcer = new Announcer()
