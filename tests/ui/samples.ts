// Values as the Rust side would send them, for the tests and the preview.
import type {
  ConversationDetail,
  ConversationList,
  AccountView,
  Action,
  BalanceReport,
  BalanceView,
  Boot,
  CardAction,
  ConversationView,
  DeclaredParameter,
  DraftContext,
  ErrorCard,
  HelpPage,
  LedgerView,
  LogEntry,
  LogView,
  MediaView,
  MessageCost,
  MessageStatus,
  MessageView,
  ModelPage,
  ModelView,
  ModelsView,
  MonitorView,
  ParametersView,
  ProjectView,
  PromptView,
  PieceView,
  RetryCost,
  SettingsView,
  TurnPrices,
  TurnUpdate,
  TypedParameters,
  UsageRowView,
} from '../../ui/src/ipc'
import { dayOf } from '../../ui/src/format'

export const noParameters = { system: null, temperature: null, topP: null, maxTokens: null, budget: null, declared: {} }

export const account = (change: Partial<AccountView> = {}): AccountView => ({
  state: 'stored',
  waiting: false,
  asking: false,
  lastFour: '4f9c',
  demo: false,
  envKey: false,
  keychain: 'GNOME Keyring',
  card: null,
  expiresAt: null,
  renewal: null,
  signingIn: null,
  accounts: [],
  removed: null,
  ...change,
})

export const balance = (change: Partial<BalanceView> = {}): BalanceView => ({
  points: 128450,
  planPoints: 100000,
  addonPoints: 28450,
  usd: '3.85',
  nextGrantAt: Date.now() + 9 * 86_400_000,
  nextGrantPoints: 100000,
  checkedAt: Date.now() - 40_000,
  checking: false,
  card: null,
  ...change,
})

/** 100 points a day over thirty days, and what 3,000 of them last. */
export const balanceReport = (change: Partial<BalanceReport> = {}): BalanceReport => {
  const today = dayOf(Date.now())
  return {
    today,
    spentToday: 40,
    knownDays: 84,
    pace: 100,
    paceDays: 30,
    past: Array.from({ length: 31 }, (_, n) => ({ day: today - 30 + n, points: 6_000 - n * 100, reckoned: n < 20 })),
    ahead: Array.from({ length: 30 }, (_, n) => ({ day: today + n, low: Math.max(0, 2_860 - n * 150), likely: 2_900 - n * 100, high: 2_940 - n * 60 })),
    grants: [],
    lasts: { low: 19, likely: 30, high: 48 },
    ...change,
  }
}

/** All that the small window is told. */
export const monitor = (change: Partial<MonitorView> = {}): MonitorView => ({
  points: 128450,
  checkedAt: Date.now() - 40_000,
  checking: false,
  problem: null,
  usable: true,
  simulated: false,
  pace: 4100,
  today: 1230,
  onTop: true,
  theme: 'light',
  typeface: 'telltale',
  textSize: 100,
  ...change,
})

/** What asking for an answer once more costs: not known. */
export const retryCost = (change: Partial<RetryCost> = {}): RetryCost => ({ regenerate: null, goOn: null, shorter: null, longer: null, ...change })

/** What goes along with a message: nothing. */
export const draftContext = (change: Partial<DraftContext> = {}): DraftContext => ({
  model: '',
  text: { letters: 0, marks: 0, ideographs: 0, messages: 0 },
  least: 0,
  most: 0,
  usd: '0',
  pictures: 0,
  uncounted: 0,
  maxTokens: null,
  budgetLeft: null,
  summary: null,
  cache: null,
  ...change,
})

export const messageCost = (change: Partial<MessageCost> = {}): MessageCost => ({
  tokens: 0,
  takes: null,
  points: null,
  usd: null,
  uncounted: 0,
  from: null,
  cache: null,
  short: null,
  cheaper: null,
  ...change,
})

export const settings = (change: Partial<SettingsView> = {}): SettingsView => ({
  theme: 'light',
  typeface: 'telltale',
  textSize: 100,
  spelling: { on: true, languages: ['en_US'], missing: [] },
  baseUrl: 'https://api.poe.com/v1',
  baseUrlFixed: false,
  enterSends: true,
  defaultModel: 'claude-sonnet-4.6',
  defaultParameters: noParameters,
  modelParameters: {},
  favorites: [],
  allowed: [],
  connection: {
    proxy: { mode: 'system', address: '', login: '' },
    password: 'none',
    bypassed: false,
    inUse: null,
    problem: null,
    certificates: [],
  },
  dailyLimit: null,
  levels: [],
  cacheChats: true,
  dataDir: '/home/ada/.local/share/telltale',
  dataDirFixed: false,
  clientId: null,
  canSignIn: false,
  tray: { on: true, shown: true, closeToIt: false },
  notices: { on: true, titles: false, quiet: null },
  ...change,
})

export const conversation = (id: number, title: string, change: Partial<ConversationView> = {}): ConversationView => ({
  id,
  title,
  model: 'claude-sonnet-4.6',
  parameters: noParameters,
  updatedAt: Date.now(),
  sentFrom: null,
  mark: null,
  points: 0,
  saved: 0,
  summary: null,
  summaryIsOwn: false,
  projectId: null,
  presetId: null,
  pinned: false,
  archived: false,
  deletedAt: null,
  answeredAt: null,
  temporary: false,
  ...change,
})

export const project = (id: number, name: string, change: Partial<ProjectView> = {}): ProjectView => ({
  id,
  name,
  color: 'blue',
  model: null,
  parameters: noParameters,
  chats: 0,
  points: 0,
  files: 0,
  fileBytes: 0,
  ...change,
})

export const preset = (id: number, name: string, change: Partial<PromptView> = {}): PromptView => ({
  id,
  kind: 'preset',
  name,
  text: '',
  model: null,
  parameters: noParameters,
  updatedAt: Date.now(),
  ...change,
})

export const snippet = (id: number, name: string, text: string): PromptView => ({ ...preset(id, name), kind: 'snippet', text })

/** As it is announced: the beginning of the list, which here is all of it. */
export const list = (rows: readonly ConversationView[]): ConversationList => ({
  count: rows.length,
  rows: [...rows],
  models: [...new Set(rows.map((row) => row.model))],
  order: 'asked',
  temporary: null,
})

export const status = (change: Partial<MessageStatus> = {}): MessageStatus => ({
  state: 'done',
  model: 'claude-sonnet-4.6',
  finish: null,
  card: null,
  retry: null,
  queue: null,
  waitsFor: null,
  tick: null,
  sentAt: null,
  firstTextAt: null,
  endedAt: null,
  promptTokens: null,
  completionTokens: null,
  charge: null,
  account: null,
  words: null,
  merged: false,
  editedAt: null,
  sources: [],
  tools: [],
  usual: null,
  film: null,
  ...change,
})

/** A thread that is there as a whole. */
export const detail = (conversation: ConversationView, messages: MessageView[], change: Partial<ConversationDetail> = {}): ConversationDetail => ({
  conversation,
  count: messages.length,
  messages,
  compared: [],
  at: null,
  filesBehind: 0,
  editing: null,
  ...change,
})

export const question = (id: number, text: string, conversationId = 1): MessageView => ({
  id,
  conversationId,
  role: 'user',
  text,
  blocks: [],
  reasoning: '',
  attachments: [],
  createdAt: Date.now(),
  place: 0,
  branch: null,
  deleted: null,
  status: status(),
})

export const answer = (id: number, blocks: string[], change: Partial<MessageStatus> = {}, conversationId = 1): MessageView => ({
  id,
  conversationId,
  role: 'assistant',
  text: '',
  blocks,
  reasoning: '',
  attachments: [],
  createdAt: Date.now(),
  place: 1,
  branch: null,
  deleted: null,
  status: status(change),
})

export const action = (action: Action, label: string, change: Partial<CardAction> = {}): CardAction => ({
  action,
  label,
  model: null,
  value: null,
  ...change,
})

export const card = (code: string, title: string, change: Partial<ErrorCard> = {}): ErrorCard => ({
  code,
  title,
  what: '',
  why: [],
  safe: 'Your message is saved. No points were used.',
  facts: [],
  actions: [],
  severity: 'broken',
  place: 'message',
  field: null,
  readyAt: null,
  details: [
    { label: 'Code', value: code },
    { label: 'Request', value: 'req_01J8' },
  ],
  at: 1,
  ...change,
})

const page = (code: string, title: string, terms: string[]): HelpPage => ({
  code,
  title,
  terms,
  synonyms: [],
  what: [`What ${code} means.`],
  why: [],
  points: ['No points were used.'],
  buttons: [{ label: 'Try again', does: 'Sends the same message again.' }],
  steps: [],
  retry: 'Telltale doesn’t retry this.',
  guide: null,
  links: [{ label: 'Poe status', url: 'https://status.poe.com' }],
})

export const media = (id: number | null, change: Partial<MediaView> = {}): MediaView => ({
  id,
  messageId: 9,
  url: 'https://pfst.cf2.poecdn.net/base/image/00ff?w=1024&h=512',
  alt: 'a cat',
  kind: 'image',
  state: id === null ? 'coming' : 'kept',
  mime: id === null ? '' : 'image/png',
  bytes: id === null ? 0 : 1_200_000,
  width: id === null ? null : 1024,
  height: id === null ? null : 512,
  host: null,
  problem: null,
  ...change,
})

export const helpPages: HelpPage[] = [
  { ...page('insufficient_points', 'Not enough points', ['402', 'Insufficient points', 'insufficient_quota']), synonyms: ['no money', "can't afford"] },
  { ...page('invalid_api_key', 'Poe rejected this key', ['401', 'Unauthorized']), synonyms: ["key doesn't work"] },
  page('rate_limit_exceeded', 'Poe is rate-limiting this key', ['429', 'Retry-After']),
]

export const model = (id: string, name: string, maker: string, change: Partial<ModelView> = {}): ModelView => ({
  id,
  name,
  maker,
  own: true,
  inputs: ['text', 'image'],
  outputs: ['text'],
  features: [],
  context: 200_000,
  maxOutput: 32_000,
  inputUsd: '3',
  cacheReadUsd: null,
  cacheWriteUsd: null,
  outputUsd: '15',
  requestUsd: null,
  freeSoFar: false,
  asks: false,
  films: false,
  ...change,
})

export const models: ModelView[] = [
  model('claude-sonnet-4.6', 'Claude-Sonnet-4.6', 'Anthropic', { context: 983_040 }),
  model('claude-haiku-4.5', 'Claude-Haiku-4.5', 'Anthropic', { inputUsd: '0.8', outputUsd: '4' }),
  model('claude-opus-4.6', 'Claude-Opus-4.6', 'Anthropic', { inputUsd: '5.5', outputUsd: '27.5' }),
  model('gemini-3-flash', 'Gemini-3-Flash', 'Google', { context: 1_048_576, inputUsd: '0.4', outputUsd: '2.4' }),
  model('gemini-3.1-pro', 'Gemini-3.1-Pro', 'Google', { inputs: ['text', 'image', 'video', 'audio'], context: 1_048_576 }),
  model('gpt-5.4-mini', 'GPT-5.4-Mini', 'OpenAI', { context: 400_000, inputUsd: '0.68', outputUsd: '4' }),
  model('gpt-image-1.5', 'GPT-Image-1.5', 'OpenAI', { outputs: ['image'], context: null, inputUsd: null, outputUsd: null, requestUsd: '0.0426' }),
  model('kimi-k2-thinking', 'Kimi-K2-Thinking', 'Moonshot AI', { inputs: ['text'], context: 262_144 }),
  model('veo-3.1', 'Veo-3.1', 'Google', { inputs: ['text'], outputs: ['video'], context: null, inputUsd: null, outputUsd: null, requestUsd: '1.2' }),
  model('some-community-bot', 'Some-Community-Bot', 'Novita AI', { own: false, asks: true, inputs: ['text'], context: null, inputUsd: null, outputUsd: null }),
]

export const modelsView = (change: Partial<ModelsView> = {}): ModelsView => ({
  revision: 1,
  models,
  fetchedAt: Date.now() - 180_000,
  changes: [],
  changesSince: null,
  card: null,
  ...change,
})

/** Of a typical turn; what has no price has none. */
export const turnPrices = (change: Partial<TurnPrices> = {}): TurnPrices => ({
  prompt: 254,
  answer: 700,
  calls: 0,
  pointsADollar: 33_333,
  points: {
    'claude-sonnet-4.6': 160,
    'claude-haiku-4.5': 26,
    'claude-opus-4.6': 420,
    'gemini-3-flash': 14,
    'gemini-3.1-pro': 190,
    'gpt-5.4-mini': 31,
    'gpt-image-1.5': 1_420,
    'kimi-k2-thinking': 55,
    'veo-3.1': 40_000,
  },
  usd: {},
  ...change,
})

export const declaredParameter = (name: string, change: Partial<DeclaredParameter> = {}): DeclaredParameter => ({
  name,
  label: name.charAt(0).toUpperCase() + name.slice(1).replaceAll('_', ' '),
  idea: null,
  description: '',
  choices: [],
  kind: '',
  least: null,
  most: null,
  default: null,
  refused: [],
  unsent: false,
  ...change,
})

export const modelPage = (id: string, change: Partial<ModelPage> = {}): ModelPage => ({
  id,
  description: 'A model for chat, coding and agents.',
  url: `https://poe.com/${id}`,
  createdAt: 1_770_262_891_433,
  cacheReadUsd: '0.3',
  cacheWriteUsd: null,
  imageUsd: null,
  parameters: [
    declaredParameter('temperature', { description: 'How varied.', kind: 'number', least: 0, most: 2, default: '1' }),
    declaredParameter('reasoning_effort', { choices: ['low', 'high'], default: 'low', idea: 'effort' }),
  ],
  spent: { points: 2_184, rows: 12, unclear: 0 },
  lastAskedAt: Date.now() - 7_200_000,
  ...change,
})

export const ledger = (change: Partial<LedgerView> = {}): LedgerView => ({
  spans: [{ from: new Date(2026, 7, 24).getTime(), to: Date.now() }],
  reading: null,
  readAt: Date.now() - 40_000,
  revision: 1,
  burst: null,
  card: null,
  ...change,
})

export const usageRow = (n: number, change: Partial<UsageRowView> = {}): UsageRowView => {
  const at = change.at === undefined ? Date.now() - n * 3_600_000 : change.at
  return {
    id: `row-${n}`,
    at,
    day: at === null ? 0 : dayOf(at),
    model: n % 3 === 1 ? 'Gemini-3-Flash' : n % 3 === 2 ? 'GPT-Image-1.5' : 'Claude-Sonnet-4.6',
    kind: n % 3 === 1 ? 'Chat' : 'API',
    source: n % 3 === 1 ? '' : 'Laptop',
    points: 182 + n * 37,
    givenBack: null,
    unclear: null,
    usd: '0.0055',
    inputTokens: n % 3 === 2 ? null : 104 + n * 900,
    outputTokens: n % 3 === 2 ? null : 78,
    parts: [],
    here: n % 3 !== 1,
    conversation: n % 3 === 0 ? 1 : null,
    title: n % 3 === 0 ? 'Borrow checker in a linked list' : null,
    temporary: false,
    preset: null,
    presetName: null,
    ...change,
  }
}

const sampleModels = ['Claude-Sonnet-4.6', 'Gemini-3-Flash', 'GPT-Image-1.5', 'GPT-5.4', 'Claude-Opus-4.6', 'Kimi-K2-Thinking', 'Veo-3.1', '']
const sampleChats = ['Borrow checker in a linked list', 'Itinerary for Lisbon in May', 'Logo variations, raven and lamp', 'Summary of the quarterly report', 'SQL: gaps and islands']

/** As a person would have used it: less on weekends, one model most of all, some of it outside this app. Always the same. */
export function usedOver(days: number): UsageRowView[] {
  let seed = 7
  const chance = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647
  const midnight = new Date(new Date().setHours(0, 0, 0, 0)).getTime()
  const rows: UsageRowView[] = []
  for (let back = 0; back < days; back++) {
    const start = midnight - back * 86_400_000
    const isWeekend = [0, 6].includes(new Date(start).getDay())
    const many = Math.floor((isWeekend ? 3 : 11) * (0.5 + chance()))
    for (let n = 0; n < many; n++) {
      const at = start + (back === 0 ? chance() * (Date.now() - midnight) : (7 + 15 * chance() ** 0.7) * 3_600_000)
      const pick = Math.floor(chance() ** 2.2 * sampleModels.length)
      const kind = pick % 3 === 1 ? 'Chat' : chance() > 0.96 ? 'Canvas App' : 'API'
      const here = kind === 'API' && chance() > 0.15
      const chat = Math.floor(chance() * sampleChats.length)
      const points = pick === 2 ? 1_200 : Math.floor(20 + 900 * chance() ** 3)
      rows.push(
        usageRow(rows.length, {
          at, model: sampleModels[pick] ?? '', kind, here, points,
          source: kind === 'API' ? (here ? 'Laptop' : 'Build server') : (['Trip ideas', 'Recipes for a dozen', ''][rows.length % 3] ?? ''),
          usd: (points / 33_333).toFixed(6),
          inputTokens: pick === 2 ? null : Math.floor(points * 21),
          outputTokens: pick === 2 ? null : Math.floor(points * 3),
          parts: pick === 2 ? [] : [
            { label: 'Input', value: `${Math.floor(points * 0.6)} points (${Math.floor(points * 21)} tokens)` },
            { label: 'Output', value: `${Math.ceil(points * 0.4)} points (${Math.floor(points * 3)} tokens)` },
          ],
          conversation: here ? chat + 1 : null,
          title: here ? (sampleChats[chat] ?? null) : null,
        }),
      )
    }
  }
  return rows
}

export const logView = (change: Partial<LogView> = {}): LogView => ({
  kept: 0,
  newest: null,
  codes: [],
  bodies: false,
  hasBodies: false,
  missed: 0,
  folder: '/home/ada/.local/share/telltale/logs',
  ...change,
})

export const logEntry = (id: number, change: Partial<LogEntry> = {}): LogEntry => ({
  id,
  at: Date.now() - (100 - id) * 61_000,
  method: 'POST',
  host: 'api.poe.com',
  path: '/v1/chat/completions',
  model: 'claude-sonnet-4.6',
  attempt: 1,
  of: 3,
  status: 200,
  code: null,
  said: null,
  requestId: `req_01J8Q4M${id}`,
  queuedMs: 0,
  firstByteMs: 640,
  totalMs: 6_100,
  inputTokens: 1_204,
  outputTokens: 296,
  receivedBytes: 18_402,
  stopped: false,
  hasBodies: false,
  ...change,
})

export type BootChange = Partial<Omit<Boot, 'conversations'>> & { conversations?: readonly ConversationView[] }
export const boot = ({ conversations = [], ...change }: BootChange = {}): Boot => ({
  version: '0.1.0',
  account: account(),
  balance: balance(),
  settings: settings(),
  conversations: list(conversations),
  projects: [],
  prompts: [],
  open: null,
  live: [],
  notices: [],
  log: logView(),
  quit: null,
  ...change,
})

/** As Rust checks what is typed: a field with a card has it whatever it holds. */
export const checkedParameters = (typed: TypedParameters, cards: Partial<Record<'temperature' | 'topP' | 'maxTokens' | 'budget', ErrorCard>> = {}, mostTokens: number | null = null): ParametersView => {
  const unset = (text: string) => text === '' || text === 'false'
  const declared = { ...typed.before, ...typed.declared }
  const number = (text: string) => (text === '' ? null : Number(text))
  const isRight = Object.keys(cards).length === 0
  return {
    temperature: { least: 0, most: 2, card: cards.temperature ?? null },
    topP: { least: 0, most: 1, card: cards.topP ?? null },
    maxTokens: { least: 1, most: mostTokens, card: cards.maxTokens ?? null },
    budget: { least: null, most: null, card: cards.budget ?? null },
    declared: {},
    value: isRight
      ? { system: typed.system === '' ? null : typed.system, temperature: number(typed.temperature), topP: number(typed.topP), maxTokens: number(typed.maxTokens), budget: number(typed.budget), declared: Object.fromEntries(Object.entries(declared).filter(([, value]) => !unset(String(value)))) }
      : null,
  }
}

export const whole = (html: string): PieceView => ({ kind: 'whole', html })

/** Whole blocks after the first `keep`, and reasoning. */
export const text = (keep: number, blocks: string[], reasoning = ''): TurnUpdate => ({
  type: 'text',
  keep,
  within: 0,
  blocks: blocks.map((html) => [whole(html)]),
  reasoning,
})
