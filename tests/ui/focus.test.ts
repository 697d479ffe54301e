// Whatever is pressed, the cursor stays on the page: on what was pressed, on what took its place, or where one goes on.
import { expect, test } from 'vitest'
import type { MessageView } from '../../ui/src/ipc'
import { SampleLedger } from './ledger'
import { account, action, answer, card, conversation, detail, logEntry, logView, question, usageRow, type BootChange } from './samples'
import { open, settle, waitFor } from './window'

const view = conversation(7, 'Seven')
const branch = (number: number) => ({ number, of: 2, previous: number === 2 ? 9 : null, next: number === 1 ? 11 : null })
const refused = card('invalid_api_key', 'Poe rejected this key', { actions: [action('paste-key', 'Paste a new key'), action('open-keys', 'Open'), action('dismiss', 'OK')], why: ['It was changed.'] })
const charge = { state: 'charged', points: 182, amounts: [] as number[], took: 6_100, saved: null } as const
const photo = { id: 3, messageId: 8, name: 'photo.png', mime: 'image/png', size: 2_000, preview: null, leftOut: false, pages: null, points: null }
const long = Array.from({ length: 40 }, (_, n) => `line ${n}`).join('\n')
const messages = (shown = 2): MessageView[] => [
  { ...question(8, long, 7), attachments: [photo] },
  { ...answer(shown === 2 ? 11 : 9, ['<p>So.</p>'], { charge, sentAt: 1, firstTextAt: 2, endedAt: 3 }, 7), branch: branch(shown) },
  question(12, 'And?', 7),
  answer(13, ['<p>Half</p>'], { state: 'stopped' }, 7),
  question(14, 'Again?', 7),
  answer(15, [], { state: 'failed', card: refused }, 7),
]
const fresh = (id: unknown) => answer(id as number, [], { state: 'queued' }, 7)

const answers: Parameters<typeof open>[1] = {
  open_conversation: () => detail(view, messages()),
  choose_branch: ({ messageId }) => detail(view, messages(messageId === 9 ? 1 : 2)),
  resend: ({ messageId }) => fresh((messageId as number) + 100),
  continue_answer: ({ messageId }) => fresh(messageId),
  include_attachment: ({ on }) => ({ ...photo, leftOut: !on }),
  back_up: () => new Promise((resolve) => setTimeout(() => resolve({ backups: [{ id: 'b', at: 1, size: 9, state: 'good' }] }), 5)),
  backups: () => ({ backups: [{ id: 'a', at: 1, size: 9, state: 'good' }] }),
  ...new SampleLedger([usageRow(1, { conversation: 7 })]).answers(),
  log_page: () => ({ entries: [logEntry(1)], matching: 1, models: [] }),
  run_doctor: () => ({ checks: [], request: null, report: 'All is well', drawing: null }),
  set_key: () => account(),
}
const boot: BootChange = { conversations: [view], log: logView({ kept: 1 }) }

/** Of a chart's bars one is enough. */
const buttons = () => [...document.querySelectorAll<HTMLElement>('main button, main summary, main [role="button"]')].filter((each) => !each.matches(':disabled, .hits button + button'))
const nameOf = (each: Element) => `${each.getAttribute('aria-label') ?? ''} ${each.textContent ?? ''}`.trim()

async function go(hash: string) {
  location.hash = hash
  const it = await open(boot, answers)
  await waitFor(() => expect(document.querySelector('main')?.textContent?.trim()).toBeTruthy())
  await rest()
  return it
}
async function rest() {
  for (let n = 0; n < 4; n++) {
    await new Promise((resolve) => setTimeout(resolve, 8))
    settle()
  }
}

// Every view with every button of it, each in a window of its own.
test.each(['chat/7', 'chat', 'balance', 'usage', 'settings', 'help', 'log', 'doctor', 'gallery'])(
  'after each button of #%s',
  async (hash) => {
    await go(hash)
    const many = buttons().length
    const lost: string[] = []
    for (let n = 0; n < many; n++) {
      await go(hash)
      const button = buttons()[n]
      if (!button) continue
      const name = nameOf(button)
      button.focus()
      button.click()
      await rest()
      const { activeElement } = document
      if (!activeElement || activeElement === document.body || !activeElement.isConnected || activeElement.matches(':disabled')) lost.push(name)
    }
    expect(lost).toEqual([])
    expect(many).toBeGreaterThan(0)
  },
  120_000,
)

test('the other version: the cursor stays on the button that leads on', async () => {
  const { getAllByRole } = await go('chat/7')
  const previous = () => getAllByRole('button', { name: 'Previous version' })[0] as HTMLElement
  previous().focus()
  previous().click()
  await waitFor(() => expect(document.querySelector('[data-id="9"]')).toBeTruthy())
  await rest()
  expect(document.activeElement).toBe(previous())
  expect(document.activeElement?.closest('article')?.dataset.id).toBe('9')
})

test('a card that mends: the cursor goes to where the next message is written', async () => {
  const { fake, getByRole } = await go('chat/7')
  const paste = getByRole('button', { name: 'Paste a new key' })
  paste.focus()
  paste.click()
  await rest()
  // The key passed, and Rust has sent the message again.
  fake.emit('live', [{ conversationId: 7, messageId: 15, state: 'queued', waiting: false, speed: 0 }])
  fake.update(15, { type: 'snapshot', message: fresh(15), last: [] })
  await waitFor(() => expect(paste.isConnected).toBe(false))
  await rest()
  expect(document.activeElement).toBe(getByRole('textbox', { name: 'Message' }))
})

test('a backup: the cursor stays, and a second press meanwhile makes no second one', async () => {
  const { fake, getByRole } = await go('settings')
  const button = await waitFor(() => getByRole('button', { name: 'Back up now' }))
  button.focus()
  button.click()
  button.click()
  await waitFor(() => expect(button.getAttribute('aria-disabled')).toBe('false'))
  expect(document.activeElement).toBe(button)
  expect(fake.called('back_up').length).toBe(1)
})

test('who presses beside it wants the cursor nowhere', async () => {
  const { getAllByRole } = await go('chat/7')
  const button = getAllByRole('button', { name: 'Copy answer' })[0] as HTMLElement
  button.focus()
  button.blur()
  await rest()
  button.remove()
  await rest()
  expect(document.activeElement).toBe(document.body)
})
