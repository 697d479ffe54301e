// A stand-in for the Rust side: answers commands from memory, records every call, and lets a test script the rest.
// It speaks Tauri's own protocol, so that the window's ipc room is tested along with what is above it.
import type * as commands from '../../ui/src/ipc/commands'
import type { Boot, Check, ConnectionView, ConversationDetail, ListOf, MessageView, DraftChange, FirstMessage, ProxyChange, Sent, SettingsChange, DraftContext, TurnUpdate, TypedParameters } from '../../ui/src/ipc'
import { SampleLedger } from './ledger'
import * as samples from './samples'

type Args = Record<string, unknown>

/** `setKey` as Rust names it: `set_key`. */
type Snake<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${Snake<Rest>}`
  : ''
type Functions = typeof commands
/** What Rust answers to each command, as the function that asks for it is typed. */
type Returned = { [Name in keyof Functions as Snake<Name>]: Awaited<ReturnType<Functions[Name]>> }
export type Command = keyof Returned
/** A command that returns nothing is answered with nothing. */
type Result<Name extends Command> = null extends Returned[Name] ? Returned[Name] | void : Returned[Name]
type Answer<Name extends Command> = (args: Args) => Result<Name> | Promise<Result<Name>>
export type Answers = { [Name in Command]?: Answer<Name> }
type Options = { headers?: Record<string, string> }
type Channel = { id: number; next: number }

export class Fake {
  calls: { command: string; args: Args; headers: Record<string, string> }[] = []
  boot: Boot
  /** What is kept of each message that is being written. */
  drafts = new Map<string, DraftChange>()
  #answers: Answers
  #callbacks = new Map<number, (data: unknown) => void>()
  /** The channel that hears events. */
  #listener: number | undefined
  #channels = new Map<number, Channel>()
  #watches = new Map<number, number>()
  /** Of each message in the thread that was opened last. */
  #places = new Map<number, number>()
  #lastId = 0

  constructor(boot: Boot, answers: Answers = {}) {
    this.boot = boot
    this.#answers = { ...this.#usual(), ...answers }
    Object.assign(window, {
      __TAURI_INTERNALS__: {
        transformCallback: (callback: (data: unknown) => void) => {
          this.#callbacks.set(++this.#lastId, callback)
          return this.#lastId
        },
        unregisterCallback: (id: number) => this.#callbacks.delete(id),
        invoke: (command: string, args: Args = {}, options?: Options) => this.#invoke(command, args, options?.headers ?? {}),
      },
    })
  }

  /** From now on a command is answered like this; throw to refuse it. */
  answer<Name extends Command>(command: Name, answer: Answer<Name>) {
    this.#answers[command] = answer as Answers[Name]
  }

  called(command: Command): Args[] {
    return this.calls.filter((call) => call.command === command).map((call) => call.args)
  }

  headers(command: Command): Record<string, string>[] {
    return this.calls.filter((call) => call.command === command).map((call) => call.headers)
  }

  emit(event: string, payload: unknown) {
    this.tell(this.#listener, { [event]: payload })
  }

  isWatched(messageId: number) {
    return this.#watches.has(messageId)
  }

  /** Tells whoever watches the message. */
  update(messageId: number, update: TurnUpdate) {
    this.tell(this.#watches.get(messageId), update)
  }

  check(args: Args, check: Check) {
    this.tell((args.progress as Channel).id, check)
  }

  tell(id: number | undefined, message: unknown) {
    if (id === undefined) return
    const channel = this.#channels.get(id) ?? { id, next: 0 }
    this.#channels.set(id, channel)
    this.#callbacks.get(id)?.({ message, index: channel.next++ })
  }

  async #invoke(command: string, args: Args, headers: Record<string, string>): Promise<unknown> {
    this.calls.push({ command, args, headers })
    const answer = this.#answers[command as Command]
    if (!answer) throw `Command ${command} not found`
    return this.#placed(args, await answer(args))
  }

  /** Messages stand where Rust would say that they do: in their order, a new one at the end, another version in the old one's place. */
  #placed(args: Args, reply: unknown): unknown {
    const found = (reply ?? {}) as Partial<ConversationDetail & Sent & MessageView>
    const isDetail = found.messages !== undefined && found.conversation !== undefined
    if (isDetail) {
      if (found.messages?.length === found.count) found.messages?.forEach((message, place) => (message.place = place))
      this.#places.clear()
      for (const { id, place } of found.messages ?? []) this.#places.set(id, place)
    } else if (found.question && found.answer) {
      found.question.place = this.#places.get(args.insteadOf as number) ?? Math.max(-1, ...this.#places.values()) + 1
      found.answer.place = found.question.place + 1
      for (const { id, place } of [found.question, found.answer]) this.#places.set(id, place)
    } else if (found.role !== undefined && found.id !== undefined) {
      found.place = this.#places.get(args.messageId as number) ?? found.place ?? 0
      this.#places.set(found.id, found.place)
    }
    return reply
  }

  #listed(of: ListOf, from: number, count: number) {
    const { rows } = this.boot.conversations
    const all = of.kind === 'project' ? rows.filter((row) => row.projectId === of.id) : of.kind === 'chats' ? rows : []
    return { count: all.length, rows: all.slice(from, from + count) }
  }

  #kept(place: unknown) {
    return this.drafts.get(JSON.stringify(place)) ?? { text: null, model: null, parameters: null, preset: null, film: null }
  }

  #change({ tray, closeToTray, notices, noticeTitles, quiet, modelParameters, ...plain }: Partial<SettingsChange>) {
    const { settings } = this.boot
    return (this.boot.settings = {
      ...settings,
      ...(plain as object),
      modelParameters: modelParameters ? { ...settings.modelParameters, [modelParameters.model]: modelParameters.declared } : settings.modelParameters,
      tray: { ...settings.tray, on: tray ?? settings.tray.on, closeToIt: closeToTray ?? settings.tray.closeToIt },
      notices: { on: notices ?? settings.notices.on, titles: noticeTitles ?? settings.notices.titles, quiet: quiet ?? settings.notices.quiet },
    })
  }

  #connect(change: Partial<ConnectionView>) {
    const { settings } = this.boot
    return (this.boot.settings = { ...settings, connection: { ...settings.connection, ...change } })
  }

  #usual(): Answers {
    return {
      listen: ({ channel }) => void (this.#listener = (channel as Channel).id),
      boot: () => this.boot,
      models: () => samples.modelsView(),
      refresh_models: () => null,
      changes_seen: () => samples.modelsView(),
      turn_prices: () => samples.turnPrices(),
      declared_parameters: () => [],
      model_page: ({ id }) => samples.modelPage(id as string),
      accept_bot: () => this.boot.settings,
      ...new SampleLedger([]).answers(),
      ledger: () => samples.ledger(),
      read_usage: () => samples.ledger(),
      export_usage: () => true,
      export_chats: ({ ids }) => ({ chats: (ids as number[] | null)?.length ?? this.boot.conversations.rows.length, file: 'chats.json' }),
      print_chat: () => null,
      copy_chat: () => null,
      copy_formula: () => true,
      choose_import: () => null,
      import_chats: () => null,
      cancel_transfer: () => null,
      used_today: () => 0,
      balance_report: () => samples.balanceReport(),
      refresh_balance: () => samples.balance({ checkedAt: Date.now() }),
      watch: ({ messageId, channel }) => void this.#watches.set(messageId as number, (channel as Channel).id),
      // A first message is sent like any other, into a chat that comes with it.
      begin_conversation: async ({ first }) => {
        const { model, text, attachments } = first as FirstMessage
        const more = attachments.length > 0 ? { attachments } : {}
        const sent = (await this.#invoke('send', { conversationId: 50, text, insteadOf: null, ...more }, {})) as Sent
        return { conversation: samples.conversation(50, '', { model: model ?? 'claude-sonnet-4.6' }), sent }
      },
      change_settings: ({ change }) => this.#change(change as Partial<SettingsChange>),
      change_conversation: ({ id, change }) => ({ ...samples.conversation(id as number, 'A chat'), ...(change as object) }),
      set_demo: ({ on }) => samples.account({ demo: on as boolean, state: on ? 'session' : 'notStored', lastFour: null }),
      example_chats: () => 0,
      set_examples: ({ on }) => (on ? 200 : 0),
      forget_key: () => samples.account({ state: 'notStored', lastFour: null }),
      recheck_key: () => samples.account(),
      help_pages: () => samples.helpPages,
      gallery: () => [samples.card('offline', 'You’re offline')],
      sign_in: () => new Promise(() => {}),
      cancel_sign_in: () => null,
      paste_sign_in: () => true,
      use_account: () => samples.account(),
      rename_account: () => samples.account(),
      remove_account: () => samples.account(),
      undo_removal: () => samples.account(),
      forget_pasted: () => null,
      context_parts: () => ({ parts: [], choices: [], takes: null, summary: null }),
      draft_context: ({ model, parameters }) => samples.draftContext({ model: model as string, maxTokens: (parameters as { maxTokens: number | null }).maxTokens }),
      estimate_cost: ({ context, text }) => samples.messageCost({ tokens: Math.ceil(((context as DraftContext).text.letters + (text as string).length) / 4) }),
      comparison_cost: () => samples.messageCost(),
      request_costs: () => [],
      paste_picture: () => null,
      retry_cost: () => samples.retryCost(),
      edit_message: ({ messageId, text }) => samples.question(messageId as number, text as string),
      message_source: () => 'The source.',
      delete_message: ({ messageId }) => ({ ...samples.answer(messageId as number, []), deleted: 'undoable' }),
      put_back_message: ({ messageId }) => samples.answer(messageId as number, ['<p>Back.</p>']),
      fork_conversation: ({ title }) => samples.conversation(99, title as string),
      check_parameters: ({ typed }) => samples.checkedParameters(typed as TypedParameters),
      read_account_points: () => this.boot.account,
      test_offer: () => null,
      send_test: () => ({ name: 'test', state: 'passed', note: null, tookMs: 400, card: null }),
      draft: ({ place }) => ({ ...this.#kept(place), attachments: [], card: null, largest: 1e8 }),
      save_draft: ({ place, change }) => void this.drafts.set(JSON.stringify(place), change as DraftChange),
      discard_draft: ({ place }) => void this.drafts.delete(JSON.stringify(place)),
      backups: () => ({ backups: [] }),
      data_folder: () => ({ parts: [{ part: 'chats', bytes: 1 }], syncedBy: null, movedFrom: null }),
      delete_everything: () => null,
      dismiss_notices: () => {},
      choose_folder: () => null,
      move_data: ({ folder }) => (this.boot.settings = { ...this.boot.settings, dataDir: `${folder}/Telltale` }),
      set_proxy: ({ change }) => this.#connect({ proxy: (change as ProxyChange).setting }),
      bypass_proxy: () => this.#connect({ bypassed: true, inUse: null, problem: null }),
      add_certificate: ({ name }) =>
        this.#connect({ certificates: [{ file: name as string, count: 1, subject: 'Company Root', expiresAt: 1_900_000_000_000 }] }),
      remove_certificate: () => this.#connect({ certificates: [] }),
      message_media: () => [],
      media_shown: () => new ArrayBuffer(4),
      save_media: () => true,
      copy_media: () => null,
      open_media: () => null,
      media_made: () => ({ count: 0, made: [] }),
      search_chats: () => ({ hits: [], next: null, meant: null, reading: null }),
      find_in_chat: () => [],
      log_page: () => ({ entries: [], matching: 0, models: [] }),
      log_bodies: () => ({ request: null, response: null }),
      log_keep_bodies: ({ on }) => (this.boot.log = { ...this.boot.log, bodies: on as boolean }),
      log_clear: () => (this.boot.log = samples.logView()),
      log_export: () => `${this.boot.settings.dataDir}/exports/requests-20261122T141503Z.jsonl`,
      clear_clipboard: () => {},
      copy_text: () => null,
      save_code: () => true,
      copy_message: () => null,
      copy_messages: () => null,
      list_conversations: ({ of, from, count }) => this.#listed(of as ListOf, from as number, count as number),
      conversation: ({ id }) => this.boot.conversations.rows.find((row) => row.id === id) ?? samples.conversation(id as number, ''),
      organize: () => null,
      duplicate_conversation: () => samples.conversation(99, 'A copy'),
      empty_bin: () => null,
      replace_model: () => null,
      project_files: () => ({ files: [], largest: 1e8 }),
      delete_project_file: () => null,
      standing_cost: () => ({ system: 0, files: 0, count: 0, uncounted: 0, takes: null, points: null, usd: null, warm: null }),
      create_project: ({ name, color }) => samples.project(1, name as string, { color: color as string }),
      change_project: ({ id, change }) => samples.project(id as number, '', change as object),
      delete_project: () => null,
      create_prompt: ({ content }) => ({ ...samples.preset(1, ''), ...(content as object) }),
      change_prompt: ({ id, change }) => ({ ...(this.boot.prompts.find((prompt) => prompt.id === id) ?? samples.preset(id as number, '')), ...(change as object) }),
      delete_prompt: () => null,
      export_prompts: () => 'prompts.json',
      choose_prompts: () => null,
      import_prompts: ({ keys }) => ({ added: 0, changed: (keys as string[]).length }),
      put_back_prompt: ({ id }) => samples.preset(id as number, ''),
      order_projects: () => null,
      thread_part: () => [],
      outline: () => [],
      keep_reading_place: () => null,
      open_link: () => null,
      wait_for_points: ({ messageId }) => samples.answer(messageId as number, []),
      stop: () => null,
      delete_conversation: () => null,
      look_at: () => null,
      quit: () => null,
      show_monitor: () => null,
      show_main: () => null,
      watch_monitor: ({ channel }) => void this.tell((channel as Channel).id, samples.monitor()),
    }
  }
}
