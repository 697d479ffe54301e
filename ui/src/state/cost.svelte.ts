// About how much the message that is being written weighs and costs, with all that is sent along with it. Rust counts:
// what goes along when the chat changes, the words as they are typed, one look at a time.
import * as ipc from '../ipc'
import type { MessageCost, Parameters, Standing } from '../ipc'

export class Cost {
  /** Null as long as nothing is known. */
  now = $state.raw<MessageCost | null>(null)
  /** The same of a next turn in which nothing is written yet. */
  turn = $state.raw<{ model: string; cost: MessageCost } | null>(null)
  #standing: Standing | null = null
  #asked = 0
  #text = ''
  #isWeighing = false
  #isStale = false

  /** What goes along has changed. */
  async stand(conversation: number | null, insteadOf: number | null, model: string | null, parameters: Parameters) {
    const asked = ++this.#asked
    // An estimate that can't be had is no failure of the message: its button does without.
    const standing = model === null ? null : await ipc.standing(conversation, insteadOf, model, parameters).catch(() => null)
    if (asked !== this.#asked) return
    this.#standing = standing
    void this.weigh(this.#text)
    await this.weighTurn()
  }

  /** Anew where the worth of a point may have been learned. */
  async weighTurn() {
    const standing = this.#standing
    const cost = standing && (await ipc.weigh(standing, '').catch(() => null))
    if (standing === this.#standing) this.turn = standing && cost ? { model: standing.model, cost } : null
  }

  async weigh(text: string) {
    this.#text = text
    this.#isStale = true
    if (this.#isWeighing) return
    this.#isWeighing = true
    while (this.#isStale) {
      this.#isStale = false
      this.now = this.#standing && (await ipc.weigh(this.#standing, this.#text).catch(() => null))
    }
    this.#isWeighing = false
  }
}
