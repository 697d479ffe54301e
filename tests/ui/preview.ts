// The real window in a browser, over the fake backend: `npm run preview`, then ?scene=NAME&theme=dark#view.
// For looking at, by hand or by screenshot; no part of the built app.
import type { MessageView, Theme } from '../../ui/src/ipc'
import { Fake } from './fake'
import { SampleLedger } from './ledger'
import * as samples from './samples'

const query = new URLSearchParams(location.search)
const scene = query.get('scene') ?? 'chat'
const theme = (query.get('theme') ?? 'light') as Theme
const now = Date.now()

const code = `<div class="code" data-lang="rust"><pre><code><span class="hl-keyword">let</span> first = list.<span class="hl-function">peek</span>().<span class="hl-function">cloned</span>(); <span class="hl-comment">// the borrow ends here</span>
list.<span class="hl-function">push</span>(<span class="hl-number">7</span>);
<span class="hl-function">println!</span>(<span class="hl-string">"{first:?}"</span>);</code></pre></div>`
const rich = [
  '<p>The borrow of <code>head</code> is still alive when <code>push</code> needs the list mutably. A mutable borrow must be the only one. See <a href="https://doc.rust-lang.org/book/">the book</a>.</p>',
  '<h3>The smallest change</h3>',
  code,
  '<ul><li>Borrow, read, let go.</li><li>Then <strong>change</strong>.<ul><li>Never both at once.</li></ul></li></ul>',
  '<blockquote class="alert-note"><p class="alert-title">Note</p><p>Non-lexical lifetimes shortened many borrows already.</p></blockquote>',
  '<table><thead><tr><th>Way</th><th align="right">Copies</th><th align="right">Cost</th></tr></thead><tbody><tr><td>cloned</td><td align="right">1</td><td align="right">12 ns</td></tr><tr><td>index</td><td align="right">0</td><td align="right">3 ns</td></tr></tbody></table>',
  '<p><button type="button" class="image" data-src="https://example.com/a.png">Image: a linked list (example.com)</button></p>',
  '<p><math display="block"><mrow><mi>O</mi><mo>(</mo><msup><mi>n</mi><mn>2</mn></msup><mo>)</mo></mrow></math></p>',
  '<ul><li><input type="checkbox" disabled checked> Read the error</li><li><input type="checkbox" disabled> Thank the compiler</li></ul>',
]
const done = { sentAt: now - 60_000, firstTextAt: now - 59_000, endedAt: now - 53_900, promptTokens: 104, completionTokens: 296, finish: 'stop' }
const a = samples.action

const slow = samples.card('rate_limit_exceeded', 'Poe is rate-limiting this key', {
  severity: 'attention',
  what: 'More than 500 requests in a minute. Poe gives the next try in 45 seconds.',
  actions: [a('wait-and-send', 'Send when ready'), a('choose-model', 'Choose another model'), a('cancel', 'Cancel')],
  readyAt: now + 45_000,
})
const poor = samples.card('insufficient_points', 'Not enough points', {
  what: 'Claude-Opus-4.6 needs about 2,400 points for this message.',
  facts: [
    { label: 'Needed', value: '≈ 2,400' },
    { label: 'You have', value: '1,120' },
    { label: 'Short', value: '≈ 1,280' },
  ],
  why: ['The long chat is sent along with each message.'],
  actions: [a('use-model', 'Use Claude-Sonnet-4.6 ≈ 480', { model: 'claude-sonnet-4.6' }), a('get-points', 'Get points'), a('copy-details', 'Copy details')],
})
const cut = samples.card('stream_cut', 'The connection broke', {
  severity: 'attention',
  what: 'The text so far is saved (212 words).',
  safe: 'Points may have been used for it.',
  actions: [a('retry', 'Regenerate'), a('keep', 'Keep as is'), a('see-usage', 'See usage')],
})
const list = [
  samples.conversation(1, 'Borrow checker in a linked list', { points: 182 }),
  samples.conversation(2, 'Itinerary for Lisbon in May', { updatedAt: now - 60_000 }),
  samples.conversation(3, 'Logo variations, raven and lamp', { updatedAt: now - 120_000, points: 4800, mark: 'unread' }),
  samples.conversation(4, 'Summary of the quarterly report', { updatedAt: now - 86_400_000, points: 960, mark: 'needsYou' }),
  samples.conversation(5, 'SQL: gaps and islands', { updatedAt: now - 86_500_000, points: 73, mark: 'failed' }),
  samples.conversation(6, 'A very long title that nobody shortened because nobody had to, until now', { updatedAt: now - 6 * 86_400_000 }),
  samples.conversation(7, 'لماذا تبدو السماء زرقاء في النهار', { updatedAt: now - 40 * 86_400_000, points: 12 }),
  ...Array.from({ length: 24 }, (_, n) => samples.conversation(10 + n, `Chat number ${n + 1}`, { updatedAt: now - (41 + 9 * n) * 86_400_000, points: 31 * n })),
]
const charge = { state: 'charged', points: 182, amounts: [] as number[], took: 6_100, saved: null } as const
const photo = { id: 3, messageId: 1, name: 'photo.png', mime: 'image/png', size: 2_000_000, preview: null, leftOut: false, pages: null, points: null }
const thread = {
  chat: [
    samples.question(1, 'Why does Rust refuse this? I only read head after the push.'),
    { ...samples.answer(2, rich, done), reasoning: 'The person holds a reference.\n\nThen pushes. So the borrow is alive.' },
    samples.question(3, 'And in two lines:\n- the rule\n- the reason'),
    samples.answer(4, ['<p>One writer or many readers.</p>', '<p>Else a reader sees half a write.</p>'], done),
  ],
  error: [
    samples.question(1, 'And with a doubly linked list?'),
    samples.answer(2, [], { state: 'failed', card: slow, sentAt: now - 9_000, endedAt: now - 8_000 }),
    samples.question(3, 'Then explain arenas.'),
    samples.answer(4, [], { state: 'failed', card: poor, model: 'claude-opus-4.6', sentAt: now - 9_000, endedAt: now - 8_400 }),
  ],
  live: [
    samples.question(1, 'Plan three days in Lisbon.'),
    { ...samples.answer(2, rich.slice(0, 3), { state: 'streaming', sentAt: now - 4_000, firstTextAt: now - 3_000 }), reasoning: 'May is mild.' },
  ],
  waiting: [
    samples.question(1, 'Plan three days in Lisbon.'),
    samples.answer(2, [], { state: 'streaming', sentAt: now - 4_000 }),
    samples.question(3, 'And Porto?'),
    samples.answer(4, [], { state: 'retrying', sentAt: now - 4_000, card: slow, retry: { at: now + 14_000, attempt: 2, of: 3, until: null } }),
    samples.question(5, 'And Faro?'),
    samples.answer(6, rich.slice(0, 1), { state: 'cut', card: cut, sentAt: now - 9_000, endedAt: now - 2_000 }),
    samples.question(7, 'And home?'),
    samples.answer(8, [], { state: 'stopped', sentAt: now - 9_000, endedAt: now - 2_000 }),
  ],
  reading: [
    { ...samples.question(1, Array.from({ length: 300 }, (_, n) => `${n + 1}. A line of a log that somebody pasted`).join('\n')), attachments: [photo, { ...photo, id: 4, name: 'a report with a long name of the third quarter.pdf', mime: 'application/pdf', leftOut: true }] },
    { ...samples.answer(2, rich.slice(0, 3), { ...done, charge }), branch: { number: 2, of: 2, previous: 9, next: null } },
    { ...samples.question(3, 'And in two lines?'), attachments: [photo] },
    samples.answer(4, ['<p>One writer or many readers.</p>'], { ...done, state: 'stopped', charge }),
  ],
} satisfies Record<string, MessageView[]>

const locked = samples.card('keychain_locked', 'Your keychain is locked', {
  severity: 'attention',
  safe: '',
  what: 'GNOME Keyring has to be unlocked before the key can be read.',
  actions: [a('unlock-keychain', 'Unlock'), a('session-only', 'Use key for this session only')],
})
const offline = samples.card('offline', 'You’re offline', { severity: 'attention', what: 'Nothing was sent.', safe: '', actions: [a('retry', 'Try again')], place: 'banner' })
const damaged = samples.card('storage_failed', 'Settings were set aside', { severity: 'attention', what: 'The file couldn’t be read, so the defaults are in use.', safe: '', place: 'banner', actions: [a('dismiss', 'OK')] })
const refused = samples.card('invalid_api_key', 'Poe rejected this key', {
  what: 'It ends in …4f9c and was changed, revoked, expired or pasted incompletely.',
  safe: '',
  actions: [a('paste-key', 'Paste a new key'), a('open-keys', 'Open poe.com/api/keys')],
})

const scenes: Record<string, samples.BootChange> = {
  setup: { account: samples.account({ state: 'notStored', lastFour: null, envKey: true }), balance: samples.balance({ points: null, checkedAt: null }) },
  fault: { account: samples.account({ state: 'locked', lastFour: null, card: locked }), conversations: list },
  stale: { balance: samples.balance({ card: offline, checkedAt: now - 5_400_000 }), conversations: list, notices: [damaged] },
  demo: { account: samples.account({ demo: true, state: 'session', lastFour: null }), conversations: list },
  first: { conversations: [] },
}

const burst = query.has('burst') ? { until: now - 60_000, points: 12_400, rows: 31, source: 'Build server' } : null
const history = samples.ledger(burst ? { burst } : query.has('offline') ? { card: offline, readAt: now - 7_200_000 } : query.has('reading') ? { reading: 1_200 } : {})

const fake = new Fake(
  samples.boot({
    conversations: list,
    live: [{ conversationId: 2, messageId: 90, state: 'streaming', waiting: false, speed: 41 }],
    ...scenes[scene],
    settings: samples.settings({ theme, textSize: Number(query.get('text') ?? 100) }),
  }),
  {
    open_conversation: ({ id }) => samples.detail(list.find((each) => each.id === id) ?? samples.conversation(id as number, ''), scene in thread ? thread[scene as keyof typeof thread] : thread.chat),
    estimate_cost: ({ text }) => {
      const isPoor = scene === 'poor'
      const points = isPoor ? { low: 201_300, high: 238_000 } : { low: 143, high: 192 }
      const short = isPoor ? { of: 'balance' as const, points: { low: 72_850, high: 109_550 } } : null
      const cheaper = isPoor ? { id: 'gemini-3-flash', name: 'Gemini-3-Flash', points: { low: 12, high: 20 } } : null
      return samples.messageCost({ tokens: 900 + (text as string).length, points, short, cheaper })
    },
    retry_cost: () => samples.retryCost({ regenerate: { low: 143, high: 192 }, goOn: { low: 61, high: 120 }, shorter: { low: 82, high: 110 }, longer: { low: 270, high: 380 } }),
    resend: ({ messageId }) => samples.answer((messageId as number) + 100, [], { state: 'queued' }),
    request_costs: () => [
      {
        at: now, state: 'charged', points: 182, givenBack: null, usd: '0.0055', inputTokens: 8_369, outputTokens: 296,
        parts: [['Input', '238 points (8369 tokens)'], ['Output', '157 points (296 tokens)'], ['Cache discount', '-213 points (8352 tokens)']].map(([label = '', value = '']) => ({ label, value })),
      },
    ],
    ...new SampleLedger(scene === 'first' ? [] : samples.usedOver(Number(query.get('days') ?? 97)), {
      cycle: { beganAt: now - 19 * 86_400_000, from: 0, spent: { points: 128_340, rows: 201, unclear: 0 } },
    }).answers(),
    ledger: () => history,
    read_usage: () => history,
    set_key: (args) =>
      new Promise((resolve, reject) => {
        const names = ['shape', 'accepted', 'stored', 'balance', 'models'] as const
        names.forEach((name, i) => {
          setTimeout(() => fake.check(args, { name, state: 'running', note: null, tookMs: null, card: null }), i * 400)
          const fails = scene === 'setup' && query.has('refuse') && name === 'accepted'
          setTimeout(() => {
            fake.check(args, { name, state: fails ? 'failed' : 'passed', note: name === 'shape' ? 'ends in …4f9c' : null, tookMs: 31 + i * 90, card: fails ? refused : null })
            if (fails) reject(refused)
          }, i * 400 + 300)
        })
        setTimeout(() => resolve(samples.account()), 2_200)
      }),
    send: ({ text, conversationId }) => {
      const id = Date.now()
      const words = rich.join('\n').split(' ')
      setTimeout(() => stream(id + 1, words), 300)
      return {
        question: samples.question(id, text as string, conversationId as number),
        answer: samples.answer(id + 1, [], { state: 'queued' }, conversationId as number),
      }
    },
  },
)

function stream(id: number, words: string[]) {
  const sentAt = Date.now()
  const live = samples.status({ state: 'streaming', sentAt, firstTextAt: Date.now() })
  fake.update(id, { type: 'status', status: live })
  words.forEach((word, i) => setTimeout(() => fake.update(id, samples.text(i, [`<p>${word.replace(/</g, '&lt;')}</p>`], '')), i * 30))
  setTimeout(() => fake.update(id, { type: 'status', status: { ...live, state: 'done', finish: 'stop', endedAt: Date.now(), completionTokens: words.length } }), words.length * 30 + 50)
}

// For measuring from outside.
Object.assign(window, { __fake: fake })
if (scene === 'checking') fake.answer('boot', () => new Promise(() => {}))
await import('../../ui/src/main')
