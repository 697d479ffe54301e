// The doctor: its checks as they come, and the report when it is done.
import * as ipc from '../ipc'
import type { Check, DoctorView, ErrorCard } from '../ipc'

class Doctor {
  checks = $state.raw<Check[]>([])
  view = $state.raw<DoctorView | null>(null)
  running = $state(false)
  card = $state.raw<ErrorCard | null>(null)
  /** Which run may still speak: an earlier one that was stopped answers too. */
  #run = 0

  /** Every check that costs nothing. */
  run() {
    this.checks = []
    return this.#follow(ipc.runDoctor)
  }

  /** The one request that costs points. */
  ask() {
    return this.#follow(ipc.runPaidCheck)
  }

  async stop() {
    this.#run++
    this.running = false
    await ipc.stopDoctor().catch(() => {})
  }

  get isWell() {
    return this.checks.length > 0 && this.checks.every((check) => check.state === 'passed' || check.state === 'skipped' || check.state === 'waiting')
  }

  async #follow(run: (onCheck: (check: Check) => void) => Promise<DoctorView>) {
    const mine = ++this.#run
    const isMine = () => mine === this.#run
    this.running = true
    this.view = null
    this.card = null
    await ipc.attempt(async () => {
      const view = await run((check) => {
        if (isMine()) this.#take(check)
      })
      if (!isMine()) return
      this.view = view
      this.checks = view.checks
    }, (card) => {
      if (isMine()) this.card = card
    })
    if (isMine()) this.running = false
  }

  #take(check: Check) {
    const isKnown = this.checks.some((known) => known.name === check.name)
    this.checks = isKnown ? this.checks.map((known) => (known.name === check.name ? check : known)) : [...this.checks, check]
  }
}

export const doctor = new Doctor()
