// The start, the same after a reload: listens first, then asks for everything, so that nothing falls between.
import * as ipc from '../ipc'
import { later } from '../later.svelte'
import type { ErrorCard } from '../ipc'
import { account } from './account.svelte'
import { balance } from './balance.svelte'
import { chat } from './chat.svelte'
import { chatSearch } from './chatSearch.svelte'
import { conversations } from './conversations.svelte'
import { ledger } from './ledger.svelte'
import { log } from './log.svelte'
import { models } from './models.svelte'
import { notices } from './notices.svelte'
import { projects } from './projects.svelte'
import { prompts } from './prompts.svelte'
import { quitting } from './quitting.svelte'
import { route } from './route.svelte'
import { settings } from './settings.svelte'
import { takeNotice } from './told'

/** What takes each value that Rust announces whole. */
const takers: ipc.Takers = {
  account: (view) => (account.view = view),
  balance: (view) => (balance.view = view),
  conversations: (list) => conversations.take(list),
  projects: (all) => (projects.all = all),
  prompts: (all) => (prompts.all = all),
  live: (all) => {
    conversations.live = all
    chat.thread.noticeLive()
  },
  models: (view) => void models.take(view),
  settings: (view) => (settings.view = view),
  notices: (cards) => notices.take(cards),
  notice: takeNotice,
  message: (news) => chat.thread.takeNews(news),
  log: (view) => (log.view = view),
  ledger: (view) => (ledger.view = view),
  search: (reading) => chatSearch.takeReading(reading),
  transfer: (view) => later.do('transfer', ({ transfer }) => (transfer.view = view)),
  quit: (view) => (quitting.view = view),
  go: (to) => {
    if (to.view === 'chat' && to.id !== null) route.go('chat', to.id)
    else route.go(to.view)
  },
}

class Start {
  ready = $state(false)
  card = $state.raw<ErrorCard | null>(null)
  #listening: Promise<null> | undefined
  /** What was announced since everything was asked for: it is newer than the answer, however late that comes. */
  #heard = new Set<string>()

  async run() {
    this.card = null
    await ipc.attempt(async () => {
      await (this.#listening ??= ipc.onAnnouncements(takers, (name) => this.#heard.add(name)))
      this.#heard.clear()
      const boot = await ipc.boot()
      // Who would have taken its key is gone with the page that asked.
      if (boot.account.signingIn) void account.cancelSignIn()
      this.#take('account', boot.account)
      this.#take('balance', boot.balance)
      this.#take('settings', boot.settings)
      settings.version = boot.version
      this.#take('conversations', boot.conversations)
      this.#take('projects', boot.projects)
      this.#take('prompts', boot.prompts)
      this.#take('live', boot.live)
      this.#take('notices', boot.notices)
      this.#take('log', boot.log)
      this.#take('quit', boot.quit)
      // A reload has its place in the address; a start goes on where the last run was left.
      if (route.isUnset && boot.open !== null) route.go('chat', boot.open)
      this.ready = true
      void models.load(false)
    }, (card) => (this.card = card))
  }

  #take<Name extends keyof ipc.Announcements>(name: Name, value: ipc.Announcements[Name]) {
    if (!this.#heard.has(name)) takers[name](value)
  }
}

export const start = new Start()
