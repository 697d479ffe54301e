// The account: where the key is, the ladder that a new key climbs, and the demo. The key itself is never here.
import * as ipc from '../ipc'
import type { AccountView, ErrorCard, Keep, KeySource, PaidRequest, Rung, RungName } from '../ipc'

const ladder: RungName[] = ['shape', 'accepted', 'stored', 'balance', 'models']

const waiting = (name: RungName): Rung => ({ name, state: 'waiting', note: null, tookMs: null, card: null })

class Account {
  view = $state.raw<AccountView>({
    state: 'checking',
    waiting: false,
    lastFour: null,
    demo: false,
    envKey: false,
    keychain: '',
    card: null,
    expiresAt: null,
    renewal: null,
    signingIn: null,
    accounts: [],
  })
  rungs = $state.raw<Rung[]>([])
  climbing = $state(false)
  /** The failed message that asked for the climb; null when the set-up page did. */
  forMessage = $state<number | null>(null)
  /** The last climb reached the top, and its end has not been left yet. */
  climbed = $state(false)
  /** Why the last climb or other act was refused, where no rung tells. */
  card = $state.raw<ErrorCard | null>(null)
  keep = $state<Keep>('keychain')
  /** The clipboard may still hold the key that was pasted. */
  pasted = $state(false)
  /** The small message that the ladder's last rung would send; null where there is no model for it. */
  test = $state.raw<PaidRequest | null>(null)
  /** The person went on without a key. */
  later = $state(false)
  /** The next key begins a further account. */
  adding = $state(false)
  /** The notice of a sign-in's end that was put away. */
  #renewalHidden = $state('')
  /** Does the last climb again. */
  #again: (() => unknown) | null = null

  get usable() {
    return this.view.demo || this.view.state === 'stored' || this.view.state === 'session'
  }

  /** The set-up page has to be shown: no usable key, or a climb that it shows is not done with. */
  get needsSetUp() {
    const onPage = this.forMessage === null && (this.climbing || this.climbed || this.view.signingIn !== null)
    return onPage || (!this.usable && this.view.state !== 'checking' && !this.later)
  }

  get failure(): ErrorCard | null {
    return this.rungs.find((rung) => rung.state === 'failed' && rung.card)?.card ?? this.card
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
    return (this.#again ?? (() => this.paste()))()
  }

  /** Through the browser; the key that it brings climbs as a pasted one does. */
  async signIn(forMessage: number | null = null) {
    if (this.climbing || this.view.signingIn) return
    this.leave()
    this.forMessage = forMessage
    this.#again = () => this.signIn(forMessage)
    try {
      if (await ipc.signIn()) return await this.#climb({ type: 'signedIn' }, this.keep, forMessage)
    } catch (e) {
      this.card = ipc.asCard(e)
    }
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
    return this.#try(() => ipc.removeAccount(id))
  }

  paste(forMessage: number | null = null) {
    return this.#climb({ type: 'clipboard' }, this.keep, forMessage)
  }

  useEnv(forMessage: number | null = null) {
    return this.#climb({ type: 'env' }, 'session', forMessage)
  }

  type(key: string) {
    return this.#climb({ type: 'typed', key }, this.keep, null)
  }

  /** Goes on with the key that passed but could not be stored. */
  keepForSession() {
    return this.#climb({ type: 'pending' }, 'session', this.forMessage)
  }

  get hasPendingKey() {
    return this.rungs.some((rung) => rung.name === 'stored' && rung.state === 'failed')
  }

  async recheck() {
    if (this.hasPendingKey) return this.#climb({ type: 'pending' }, 'keychain', this.forMessage)
    await this.#try(ipc.recheckKey)
  }

  /** Reads what the other accounts have left. */
  async readPoints() {
    this.view = await ipc.readAccountPoints().catch(() => this.view)
  }

  /** The last rung: only on a press, and never again by itself. */
  async sendTest() {
    const request = this.test
    const rung = this.rungs.find((known) => known.name === 'test')
    if (!request || !rung || rung.state === 'running') return
    this.#take({ ...rung, state: 'running', card: null })
    try {
      this.#take(await ipc.sendTest(request))
    } catch (e) {
      this.#take({ ...rung, state: 'failed', card: ipc.asCard(e) })
    }
  }

  forget() {
    return this.#try(ipc.forgetKey)
  }

  async demo(on: boolean) {
    this.leave()
    await this.#try(() => ipc.setDemo(on))
  }

  async clearClipboard() {
    try {
      await ipc.clearClipboard()
      this.pasted = false
    } catch (e) {
      this.card = ipc.asCard(e)
    }
  }

  /** Leaves the end or the failure of the last climb behind. */
  leave() {
    this.rungs = []
    this.climbed = false
    this.forMessage = null
    this.card = null
    this.pasted = false
    this.test = null
  }

  #take(rung: Rung) {
    this.rungs = this.rungs.map((known) => (known.name === rung.name ? rung : known))
  }

  async #offerTest() {
    this.test = await ipc.testOffer().catch(() => null)
    if (this.test) this.rungs = [...this.rungs, waiting('test')]
  }

  /** Whether it was done. */
  async #try(act: () => Promise<AccountView>): Promise<boolean> {
    this.card = null
    try {
      this.view = await act()
    } catch (e) {
      this.card = ipc.asCard(e)
    }
    return this.card === null
  }

  async #climb(source: KeySource, keep: Keep, forMessage: number | null) {
    if (this.climbing) return
    this.#again = () => this.#climb(source, keep, forMessage)
    // A typed key leaves with its message, and is not kept for another try.
    if (source.type === 'typed') this.#again = null
    this.rungs = ladder.map(waiting)
    this.test = null
    this.climbing = true
    this.climbed = false
    this.card = null
    this.forMessage = forMessage
    this.pasted ||= source.type === 'clipboard'
    try {
      this.view = await ipc.setKey(source, keep, this.adding, forMessage, (rung) => this.#take(rung))
      // Beside a message that goes out by itself there is nothing to try.
      if (forMessage === null && !this.view.demo) await this.#offerTest()
      this.climbed = true
      this.adding = false
      this.keep = 'keychain'
    } catch (e) {
      this.card = ipc.asCard(e)
    }
    this.climbing = false
  }
}

export const account = new Account()
