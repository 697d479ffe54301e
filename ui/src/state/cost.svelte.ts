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
  #context: DraftContext | null = null
  #asked = 0
  #text = ''
  #isEstimating = false
  #isStale = false

  /**
   * What goes along has changed. Rust reads all of a chat for it: once, however many changes a chat opens with, and after its
   * messages are painted.
   */
  async setContext(conversation: number | null, insteadOf: number | null, model: string | null, parameters: Parameters, project: number | null) {
    const asked = ++this.#asked
    await painted()
    if (asked !== this.#asked) return
    // An estimate that can't be had is no failure of the message: its button does without.
    const context = model === null ? null : await ipc.draftContext(conversation, insteadOf, model, parameters, project).catch(() => null)
    if (asked !== this.#asked) return
    this.#context = context
    void this.estimate(this.#text)
    await this.estimateTurn()
  }

  /** Anew where the worth of a point may have been learned. */
  async estimateTurn() {
    const context = this.#context
    const cost = context && (await ipc.estimateCost({ ...context, summary: null }, '').catch(() => null))
    if (context === this.#context) this.turn = context && cost ? { model: context.model, cost } : null
  }

  async estimate(text: string) {
    this.#text = text
    this.#isStale = true
    if (this.#isEstimating) return
    this.#isEstimating = true
    while (this.#isStale) {
      this.#isStale = false
      this.now = this.#context && (await ipc.estimateCost(this.#context, this.#text).catch(() => null))
    }
    this.#isEstimating = false
  }
}
