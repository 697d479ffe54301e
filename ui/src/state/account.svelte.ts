// The account: where the key is, the checks that a new key has to pass, and the demo. The key itself is never here.
import * as ipc from '../ipc'
import type { AccountView, Check, CheckName, ErrorCard, Keep, KeySource, PaidRequest } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { route, type View } from './route.svelte'

const order: CheckName[] = ['shape', 'accepted', 'stored', 'balance', 'models']

const waiting = (name: CheckName): Check => ({ name, state: 'waiting', note: null, tookMs: null, card: null })

class Account {
  view = $state.raw<AccountView>({
    state: 'checking',
    waiting: false,
    asking: false,
    lastFour: null,
    demo: false,
    envKey: false,
    keychain: '',
    card: null,
    expiresAt: null,
    renewal: null,
    signingIn: null,
    accounts: [],
    removed: null,
  })
  checks = $state.raw<Check[]>([])
  checking = $state(false)
  /** The failed message that asked for the check; null when the set-up page did. */
  forMessage = $state<number | null>(null)
  /** The last key passed, and the end of its check has not been left yet. */
  passed = $state(false)
  /** Why the last check or other act was refused, where no check tells. */
  card = $state.raw<ErrorCard | null>(null)
  keep = $state<Keep>('keychain')
  /** The key that passed came from the clipboard, which still holds it as far as is known. */
  pasted = $state(false)
  /** The small message that the last check would send; null where there is no model for it. */
  test = $state.raw<PaidRequest | null>(null)
  /** The person went on without a key. */
  later = $state(false)
  /** The next key of the set-up page begins a further account. */
  adding = $state(false)
  /** The view that asked for the set-up page, to come back to. */
  from = $state<View | null>(null)
  /** The last check was with what was typed, which is not kept here for another. */
  typed = $state(false)
  /** The removed account could not be put back. */
  undoFailed = $state(false)
  /** The notice of a sign-in's end that was put away. */
  #renewalHidden = $state('')
  /** Does the last check again. */
  #again: (() => unknown) | null = null
  #fromClipboard = false
  /** Counts what makes a run under way somebody else's: its end is then not shown. */
  #run = 0

  get usable() {
    return this.view.demo || this.view.state === 'stored' || this.view.state === 'session'
  }

  /** The set-up page has to be shown: no usable key, or a check that it shows is not done with. */
  get needsSetUp() {
    const onPage = this.forMessage === null && ((this.checking && this.checks.length > 0) || this.passed || this.view.signingIn !== null)
    return onPage || (!this.usable && this.view.state !== 'checking' && !this.later)
  }

  get failure(): ErrorCard | null {
    return this.checks.find((check) => check.state === 'failed' && check.card)?.card ?? this.card
  }

  /** Where there was no key to try, no check but the first has anything to say. */
  get showsLadder() {
    return this.checks.length > 0 && (this.checking || this.failure?.field !== 'key')
  }

  /** Says that the sign-in ends soon or has ended, until it is put away. */
  get renewal(): ErrorCard | null {
    const { renewal, expiresAt } = this.view
    return renewal && this.#renewalHidden !== `${renewal.severity} ${expiresAt}` ? renewal : null
  }

  hideRenewal() {
    this.#renewalHidden = `${this.view.renewal?.severity} ${this.view.expiresAt}`
  }

  /** Does again what was refused. */
  retry() {
    return this.#again?.()
  }

  /** To the set-up page for another key, or with `adding` for a further account; nothing of what was before stays. */
  open(adding = false) {
    this.leave()
    this.adding = adding
    this.from = route.view
    route.go('setup')
  }

  /** Through the browser; the key that it brings is checked as a pasted one is. */
  async signIn(forMessage: number | null = null) {
    if (this.checking || this.view.signingIn) return
    this.dismiss()
    this.forMessage = forMessage
    this.#again = () => this.signIn(forMessage)
    await ipc.attempt(async () => {
      if (await ipc.signIn()) return this.#check({ type: 'signedIn' }, this.#keepFor(forMessage), forMessage)
      // Cancelled; another key may be on its way by now.
      if (forMessage !== null && this.forMessage === forMessage && !this.checking) this.leave()
    }, (card) => (this.card = card))
  }

  cancelSignIn() {
    return ipc.cancelSignIn()
  }

  pasteSignIn(text: string) {
    return ipc.pasteSignIn(text)
  }

  use(id: number) {
    this.leave()
    return this.#try(() => ipc.useAccount(id))
  }

  rename(id: number, name: string) {
    return this.#try(() => ipc.renameAccount(id, name))
  }

  remove(id: number) {
    this.undoFailed = false
    return this.#try(() => ipc.removeAccount(id))
  }

  /** Puts back what was removed last. Whether that was done. */
  async undo(keep: Keep = 'keychain'): Promise<boolean> {
    this.undoFailed = !(await this.#try(() => ipc.undoRemoval(keep)))
    return !this.undoFailed
  }

  paste(forMessage: number | null = null) {
    // A card of the demo is mended in the demo.
    if (this.view.demo && forMessage !== null) announcer.say(words.banner.demoKey)
    return this.#check({ type: 'clipboard' }, this.#keepFor(forMessage), forMessage)
  }

  /** The word that was pasted and is not of a key's shape. */
  useAnyway(forMessage: number | null = null) {
    return this.#check({ type: 'anyway' }, this.#keepFor(forMessage), forMessage)
  }

  useEnv(forMessage: number | null = null) {
    return this.#check({ type: 'env' }, 'session', forMessage)
  }

  type(key: string) {
    return this.#check({ type: 'typed', key }, this.keep, null)
  }

  /** Goes on with the key that passed but could not be stored. */
  keepForSession() {
    return this.#check({ type: 'pending' }, 'session', this.forMessage)
  }

  get hasPendingKey() {
    return this.checks.some((check) => check.name === 'stored' && check.state === 'failed')
  }

  async recheck() {
    if (this.hasPendingKey) return this.#check({ type: 'pending' }, 'keychain', this.forMessage)
    await this.#try(ipc.recheckKey)
  }

  /** Reads what the other accounts have left. */
  async readPoints() {
    this.view = await ipc.readAccountPoints().catch(() => this.view)
  }

  /** The last check: only on a press, and never again by itself. */
  async sendTest() {
    const request = this.test
    const check = this.checks.find((known) => known.name === 'test')
    if (!request || !check || check.state === 'running') return
    this.#take({ ...check, state: 'running', card: null })
    await ipc.attempt(async () => this.#take(await ipc.sendTest(request)), (card) => this.#take({ ...check, state: 'failed', card }))
  }

  forget() {
    this.undoFailed = false
    return this.#try(ipc.forgetKey)
  }

  async demo(on: boolean) {
    this.leave()
    await this.#try(() => ipc.setDemo(on))
  }

  async clearClipboard() {
    await ipc.attempt(async () => {
      await ipc.clearClipboard()
      this.pasted = false
    }, (card) => (this.card = card))
  }

  /** Puts the end or the failure of the last check away; what was chosen for the next one stays. */
  dismiss() {
    if (this.failure?.actions.some((act) => act.action === 'use-anyway')) void ipc.forgetPasted().catch(() => {})
    this.checks = []
    this.passed = false
    this.card = null
    this.pasted = false
    this.typed = false
    this.test = null
    this.#again = null
  }

  /** Leaves the page or the card that a key was given on: nothing that was begun there goes on. */
  leave() {
    if (this.view.signingIn) void this.cancelSignIn()
    this.dismiss()
    this.forMessage = null
    this.adding = false
    this.from = null
    this.keep = 'keychain'
    this.undoFailed = false
    this.#run++
    this.#fromClipboard = false
  }

  /** What was ticked on the set-up page holds for the keys that are given there. */
  #keepFor(forMessage: number | null): Keep {
    return forMessage === null ? this.keep : 'keychain'
  }

  #take(check: Check) {
    this.checks = this.checks.map((known) => (known.name === check.name ? check : known))
  }

  /** All have passed, on the set-up page. Beside a message that goes out by itself there is nothing to try. */
  async #reached() {
    if (!this.view.demo) await this.#offerTest()
    this.pasted = this.#fromClipboard
    this.passed = true
    this.adding = false
    this.keep = 'keychain'
  }

  async #offerTest() {
    this.test = await ipc.testOffer().catch(() => null)
    if (this.test) this.checks = [...this.checks, waiting('test')]
  }

  /** Whether it was done. */
  #try(act: () => Promise<AccountView>): Promise<boolean> {
    this.card = null
    return ipc.attempt(async () => (this.view = await act()), (card) => (this.card = card))
  }

  async #check(source: KeySource, keep: Keep, forMessage: number | null) {
    if (this.checking) return
    this.#again = () => this.#check(source, keep, forMessage)
    this.typed = source.type === 'typed'
    if (this.typed) this.#again = null
    this.checks = order.map(waiting)
    this.test = null
    const number = ++this.#run
    this.checking = true
    this.passed = false
    this.card = null
    this.forMessage = forMessage
    this.pasted = false
    if (source.type !== 'pending') this.#fromClipboard = source.type === 'clipboard' || source.type === 'anyway'
    await ipc.attempt(async () => {
      // A card mends the key in use; a further account begins on the set-up page.
      const adding = this.adding && forMessage === null
      this.view = await ipc.setKey(source, keep, adding, forMessage, (check) => this.#take(check))
      if (forMessage !== null) this.leave()
      else if (number === this.#run) await this.#reached()
    }, (card) => {
      if (number === this.#run) this.card = card
    })
    this.checking = false
  }
}

export const account = new Account()
