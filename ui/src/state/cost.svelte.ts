// About how many tokens the message that is being written has and what it costs, with all that is sent along with it. Rust counts:
// what goes along when the chat changes, the words as they are typed, one look at a time.
import * as ipc from '../ipc'
import type { DraftContext, MessageCost, Parameters } from '../ipc'
import { painted } from './frames'

export class Cost {
  /** Null as long as nothing is known. */
  now = $state.raw<MessageCost | null>(null)
  /** The same of a next turn in which nothing is written yet; without what is made once before it. */
  turn = $state.raw<{ model: string; cost: MessageCost } | null>(null)
  /** That of the chat's own model first. */
  #contexts: readonly DraftContext[] = []
  #asked = 0
  #text = ''
  #isEstimating = false
  #isStale = false

  /**
   * What goes along has changed. Rust reads all of a chat for it: once, however many changes a chat opens with, and after its
   * messages are painted.
   */
  async setContext(conversation: number | null, insteadOf: number | null, models: readonly string[], parameters: Parameters, project: number | null) {
    const asked = ++this.#asked
    await painted()
    if (asked !== this.#asked) return
    // An estimate that can't be had is no failure of the message: its button does without.
    const contexts = Promise.all(models.map((model) => ipc.draftContext(conversation, insteadOf, model, parameters, project)))
    const known = await contexts.catch(() => [])
    if (asked !== this.#asked) return
    this.#contexts = known
    void this.estimate(this.#text)
    await this.estimateTurn()
  }

  /** Anew where the worth of a point may have been learned. */
  async estimateTurn() {
    const [context] = this.#contexts
    const cost = context && (await ipc.estimateCost({ ...context, summary: null }, '').catch(() => null))
    if (context === this.#contexts[0]) this.turn = context && cost ? { model: context.model, cost } : null
  }

  async estimate(text: string) {
    this.#text = text
    this.#isStale = true
    if (this.#isEstimating) return
    this.#isEstimating = true
    while (this.#isStale) {
      this.#isStale = false
      this.now = await this.#ask().catch(() => null)
    }
    this.#isEstimating = false
  }

  async #ask(): Promise<MessageCost | null> {
    const [own, ...beside] = this.#contexts
    if (!own) return null
    return beside.length === 0 ? ipc.estimateCost(own, this.#text) : ipc.comparisonCost([...this.#contexts], this.#text)
  }
}
