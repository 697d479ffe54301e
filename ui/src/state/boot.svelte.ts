// The start, the same after a reload: listens first, then asks for everything, so that nothing falls between.
import * as ipc from '../ipc'
import type { ErrorCard } from '../ipc'
import { account } from './account.svelte'
import { balance } from './balance.svelte'
import { chat } from './chat.svelte'
import { conversations } from './conversations.svelte'
import { log } from './log.svelte'
import { models } from './models.svelte'
import { notices } from './notices.svelte'
import { quitting } from './quitting.svelte'
import { settings } from './settings.svelte'

class Start {
  ready = $state(false)
  card = $state.raw<ErrorCard | null>(null)
  #listening: Promise<void> | undefined

  async run() {
    this.card = null
    try {
      await (this.#listening ??= ipc.onAnnouncements({
        account: (view) => (account.view = view),
        balance: (view) => (balance.view = view),
        conversations: (all) => (conversations.all = all),
        live: (all) => {
          conversations.live = all
          chat.noticeLive()
        },
        models: (view) => (models.view = view),
        settings: (view) => (settings.view = view),
        notices: (cards) => notices.take(cards),
        message: (news) => chat.takeNews(news),
        log: (view) => (log.view = view),
        quit: (view) => (quitting.view = view),
      }))
      const boot = await ipc.boot()
      account.view = boot.account
      // Who would have taken its key is gone with the page that asked.
      if (boot.account.signingIn) void account.cancelSignIn()
      balance.view = boot.balance
      settings.view = boot.settings
      settings.version = boot.version
      conversations.all = boot.conversations
      conversations.live = boot.live
      notices.take(boot.notices)
      log.view = boot.log
      quitting.view = boot.quit
      this.ready = true
      void models.load(false)
    } catch (e) {
      this.card = ipc.asCard(e)
    }
  }
}

export const start = new Start()
