// A question that Rust holds back until a person says yes: nobody can say what the bot costs. Asked once, then what was pressed is
// done.
import * as ipc from '../ipc'
import type { ErrorCard } from '../ipc'
import { notices } from './notices.svelte'

/** The bot that a card asks about; null: it asks about none. */
export const botOf = (card: ErrorCard): string | null => card.actions.find((each) => each.action === 'allow-bot')?.model ?? null

class Consent {
  asked = $state.raw<{ card: ErrorCard; bot: string; go: () => unknown } | null>(null)

  /** Says whether there is anything to ask. `go` does what was pressed. */
  ask(card: ErrorCard, go: () => unknown): boolean {
    const bot = botOf(card)
    if (bot === null) return false
    this.asked = { card, bot, go }
    return true
  }

  cancel() {
    this.asked = null
  }

  async allow(bot: string, allOfMaker: boolean): Promise<boolean> {
    return ipc.attempt(() => ipc.acceptBot(bot, allOfMaker), notices.refuse)
  }

  async send(allOfMaker: boolean) {
    const asked = this.asked
    this.asked = null
    if (asked && (await this.allow(asked.bot, allOfMaker))) await asked.go()
  }
}

export const consent = new Consent()
