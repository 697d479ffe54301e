// One function for each command of the Rust side, written by its tests from `commands/list.rs`: not to be edited.
// Every rejection is an ErrorCard (see `asCard`).
import { Channel, invoke } from '@tauri-apps/api/core'
import type {
  AccountView,
  AttachmentView,
  BackupsView,
  BalanceReport,
  BalanceView,
  Boot,
  Check,
  ChosenFolder,
  ContextView,
  ConversationChange,
  ConversationDetail,
  ConversationView,
  DataView,
  DeclaredParameter,
  DoctorView,
  DraftChange,
  DraftContext,
  DraftPlace,
  DraftView,
  ErrorCard,
  Event,
  ExportFormat,
  Exported,
  FilmSource,
  FirstMessage,
  FoundInChat,
  HelpPage,
  ImportPreview,
  Imported,
  Keep,
  KeySource,
  LedgerView,
  ListOf,
  ListPart,
  LogBodies,
  LogFilter,
  LogPage,
  LogView,
  MediaKind,
  MediaPage,
  MediaView,
  MessageCost,
  MessageView,
  ModelPage,
  ModelsView,
  MonitorView,
  NewPrompt,
  Organize,
  OutlineEntry,
  PaidRequest,
  Parameters,
  ParametersView,
  ProjectChange,
  ProjectFiles,
  ProjectView,
  PromptChange,
  PromptView,
  PromptsBrought,
  PromptsFound,
  ProxyChange,
  QuitStep,
  ReadingPlace,
  RequestCost,
  ResendChange,
  RetryCost,
  SearchRequest,
  SearchView,
  Sent,
  SettingsChange,
  SettingsView,
  Shown,
  StandingCost,
  Started,
  TurnPrices,
  TurnUpdate,
  TypedParameters,
  UsageBy,
  UsageFilter,
  UsageFormat,
  UsageOrder,
  UsageRows,
  UsageView,
} from './types'

/** Every event of the app from now on. */
export const listen = (onChannel: (value: Event) => void) => invoke<null>('listen', { channel: new Channel(onChannel) })

export const boot = () => invoke<Boot>('boot')

export const changeSettings = (change: Partial<SettingsChange>) => invoke<SettingsView>('change_settings', { change })

export const dismissNotices = () => invoke<null>('dismiss_notices')

export const setProxy = (change: ProxyChange) => invoke<SettingsView>('set_proxy', { change })

/** Passes the proxy over until the app closes. */
export const bypassProxy = () => invoke<SettingsView>('bypass_proxy')

/** Of a larger file the window sends as much as shows that it is too large. */
export const addCertificate = (name: string, bytes: number[]) =>
  invoke<SettingsView>('add_certificate', { name, bytes })

export const removeCertificate = (file: string) => invoke<SettingsView>('remove_certificate', { file })

export const runDoctor = (onProgress: (value: Check) => void) =>
  invoke<DoctorView>('run_doctor', { progress: new Channel(onProgress) })

/** The one small request, which costs points. */
export const runPaidCheck = (onProgress: (value: Check) => void) =>
  invoke<DoctorView>('run_paid_check', { progress: new Channel(onProgress) })

export const stopDoctor = () => invoke<null>('stop_doctor')

/**
 * Checks a new key, of the active account or with `add` of a further one; the message whose failure asked
 * for it then goes out once.
 */
export const setKey = (source: KeySource, keep: Keep, add: boolean | null, forMessage: number | null, onProgress: (value: Check) => void) =>
  invoke<AccountView>('set_key', { source, keep, add, forMessage, progress: new Channel(onProgress) })

export const forgetKey = () => invoke<AccountView>('forget_key')

/** What was pasted and did not look like a key is not to be used. */
export const forgetPasted = () => invoke<null>('forget_pasted')

/** Asks the keychain again: after unlocking it, installing one, or allowing access. */
export const recheckKey = () => invoke<AccountView>('recheck_key')

/**
 * Opens the browser and waits for it. `false`: cancelled; after `true` comes `set_key` with what was brought. A browser that
 * does not open is no end: the address can be copied.
 */
export const signIn = () => invoke<boolean>('sign_in')

export const cancelSignIn = () => invoke<null>('cancel_sign_in')

/** Takes the address that the browser ended at; `false` where it is none. */
export const pasteSignIn = (text: string) => invoke<boolean>('paste_sign_in', { text })

export const useAccount = (id: number) => invoke<AccountView>('use_account', { id })

export const renameAccount = (id: number, name: string) => invoke<AccountView>('rename_account', { id, name })

export const removeAccount = (id: number) => invoke<AccountView>('remove_account', { id })

/** Puts the account back that was removed last. */
export const undoRemoval = (keep: Keep) => invoke<AccountView>('undo_removal', { keep })

export const readAccountPoints = () => invoke<AccountView>('read_account_points')

/** What the set-up's last check would ask, and its cost; nothing is sent. */
export const testOffer = () => invoke<PaidRequest | null>('test_offer')

/** Sends it, which costs points. */
export const sendTest = (request: PaidRequest) => invoke<Check>('send_test', { request })

export const setDemo = (on: boolean) => invoke<AccountView>('set_demo', { on })

/** How many chats are here that only show what the app does. */
export const exampleChats = () => invoke<number>('example_chats')

/** Brings them in, which only the demo does, or takes them away. How many are here then. */
export const setExamples = (on: boolean) => invoke<number>('set_examples', { on })

export const clearClipboard = () => invoke<null>('clear_clipboard')

export const models = () => invoke<ModelsView>('models')

/** Asks Poe once more. The list comes as an event, once: it is long. Why it did not come is told here. */
export const refreshModels = () => invoke<ErrorCard | null>('refresh_models')

/** The person has looked at what changed. */
export const changesSeen = () => invoke<ModelsView>('changes_seen')

/** None: Poe doesn't list it. */
export const modelPage = (id: string) => invoke<ModelPage | null>('model_page', { id })

export const turnPrices = () => invoke<TurnPrices>('turn_prices')

/** This bot is asked from now on whatever it costs, or each of its maker. */
export const acceptBot = (model: string, allOfMaker: boolean) =>
  invoke<SettingsView>('accept_bot', { model, allOfMaker })

export const refreshBalance = () => invoke<BalanceView>('refresh_balance')

/** Where the points went lately, and how long those that are left will last. */
export const balanceReport = () => invoke<BalanceReport>('balance_report')

/** How much of Poe's history is known. */
export const ledger = () => invoke<LedgerView>('ledger')

/** Reads the history now; why it could not is told in what it returns. */
export const readUsage = () => invoke<LedgerView>('read_usage')

export const usageView = (filter: Partial<UsageFilter>, by: UsageBy) => invoke<UsageView>('usage_view', { filter, by })

export const usageRows = (filter: Partial<UsageFilter>, order: UsageOrder, offset: number, limit: number) =>
  invoke<UsageRows>('usage_rows', { filter, order, offset, limit })

/** False where the person chose no place. The window never names one. */
export const exportUsage = (filter: Partial<UsageFilter>, order: UsageOrder, format: UsageFormat) =>
  invoke<boolean>('export_usage', { filter, order, format })

/** Points that this app has used or set aside since midnight. */
export const usedToday = () => invoke<number>('used_today')

/** A chat begins with its first question: both are kept, or nothing is. */
export const beginConversation = (first: FirstMessage) => invoke<Started>('begin_conversation', { first })

/** The same for a chat that begins with it. */
export const beginComparison = (first: FirstMessage, beside: string[], overLimit: boolean) =>
  invoke<ConversationDetail>('begin_comparison', { first, beside, overLimit })

/** A chat of which nothing is kept on this computer, in the place of the one that was open. */
export const beginTemporaryChat = (model: string, parameters: Parameters) =>
  invoke<ConversationView>('begin_temporary_chat', { model, parameters })

export const openConversation = (id: number, at: number | null = null) =>
  invoke<ConversationDetail>('open_conversation', { id, at })

export const threadPart = (id: number, from: number, count: number) =>
  invoke<MessageView[]>('thread_part', { id, from, count })

export const outline = (id: number) => invoke<OutlineEntry[]>('outline', { id })

export const keepReadingPlace = (id: number, at: ReadingPlace | null = null) =>
  invoke<null>('keep_reading_place', { id, at })

export const listConversations = (of: ListOf, from: number, count: number) =>
  invoke<ListPart>('list_conversations', { of, from, count })

export const conversation = (id: number) => invoke<ConversationView>('conversation', { id })

/** Several at once. */
export const organize = (ids: number[], what: Organize) => invoke<null>('organize', { ids, what })

export const duplicateConversation = (id: number, title: string) =>
  invoke<ConversationView>('duplicate_conversation', { id, title })

export const emptyBin = () => invoke<null>('empty_bin')

/** Every chat of a model that is gone goes on with another. */
export const replaceModel = (gone: string, model: string) => invoke<null>('replace_model', { gone, model })

export const createProject = (name: string, color: string) => invoke<ProjectView>('create_project', { name, color })

export const changeProject = (id: number, change: Partial<ProjectChange>) =>
  invoke<ProjectView>('change_project', { id, change })

/** They stand in this order from now on. */
export const orderProjects = (ids: number[]) => invoke<null>('order_projects', { ids })

export const deleteProject = (id: number) => invoke<null>('delete_project', { id })

export const createPrompt = (content: NewPrompt) => invoke<PromptView>('create_prompt', { content })

export const changePrompt = (id: number, change: Partial<PromptChange>) =>
  invoke<PromptView>('change_prompt', { id, change })

export const deletePrompt = (id: number) => invoke<null>('delete_prompt', { id })

export const putBackPrompt = (id: number) => invoke<PromptView>('put_back_prompt', { id })

/** The name of the file that was written; none where the person chose no place. The window never names one. */
export const exportPrompts = () => invoke<string | null>('export_prompts')

/** Reads the file that the person chooses. `None` where that is none. */
export const choosePrompts = () => invoke<PromptsFound | null>('choose_prompts')

/** What is new in it, and those of the others that are named by their keys. */
export const importPrompts = (keys: string[]) => invoke<PromptsBrought>('import_prompts', { keys })

/** The window tells what it shows. */
export const lookAt = (shown: Shown) => invoke<null>('look_at', { shown })

export const changeConversation = (id: number, change: Partial<ConversationChange>) =>
  invoke<ConversationView>('change_conversation', { id, change })

export const deleteConversation = (id: number) => invoke<null>('delete_conversation', { id })

export const send = (conversationId: number, text: string, insteadOf: number | null = null, attachments: number[] | null = null, film: FilmSource | null = null) =>
  invoke<Sent>('send', { conversationId, text, insteadOf, attachments, film })

/** Like `send`, of several models: what comes back is the thread with the answers side by side. */
export const compare = (place: DraftPlace, text: string, attachments: number[], beside: string[], overLimit: boolean) =>
  invoke<ConversationDetail>('compare', { place, text, attachments, beside, overLimit })

/** The chat goes on with one of the answers that stand side by side. */
export const keepAnswer = (messageId: number) => invoke<ConversationDetail>('keep_answer', { messageId })

/** What would be sent to make one answer of them. */
export const mergePrompt = (question: number) => invoke<string>('merge_prompt', { question })

export const mergeAnswers = (question: number, model: string, prompt: string) =>
  invoke<ConversationDetail>('merge_answers', { question, model, prompt })

export const resend = (messageId: number, change: Partial<ResendChange>) =>
  invoke<MessageView>('resend', { messageId, change })

/** Its text is changed in its place, and nothing is asked. */
export const editMessage = (messageId: number, text: string, attachments: number[]) =>
  invoke<MessageView>('edit_message', { messageId, text, attachments })

/** An answer as it is written, to be changed. */
export const messageSource = (messageId: number) => invoke<string>('message_source', { messageId })

export const deleteMessage = (messageId: number) => invoke<MessageView>('delete_message', { messageId })

export const putBackMessage = (messageId: number) => invoke<MessageView>('put_back_message', { messageId })

/** What leads to a message goes on in a new chat. */
export const forkConversation = (messageId: number, title: string) =>
  invoke<ConversationView>('fork_conversation', { messageId, title })

/** A chat in which the question of this answer waits to be sent again, or changed first, with what it was asked with. */
export const askAgain = (messageId: number) => invoke<ConversationView>('ask_again', { messageId })

/** Looks up whether the last request was charged; one that was not goes out again. */
export const checkAndRetry = (messageId: number) => invoke<MessageView>('check_and_retry', { messageId })

/** The message waits for points from now on: the balance is looked at more often. */
export const waitForPoints = (messageId: number) => invoke<MessageView>('wait_for_points', { messageId })

export const chooseBranch = (messageId: number) => invoke<ConversationDetail>('choose_branch', { messageId })

export const continueAnswer = (messageId: number) => invoke<MessageView>('continue_answer', { messageId })

export const keepTrying = (messageId: number) => invoke<MessageView>('keep_trying', { messageId })

export const sendWhenBack = (messageId: number) => invoke<MessageView>('send_when_back', { messageId })

/** At the time that its card names, unless that is taken back. */
export const sendWhenReady = (messageId: number) => invoke<MessageView>('send_when_ready', { messageId })

export const trimContext = (messageId: number) => invoke<MessageView>('trim_context', { messageId })

/** The chat is sent from this message on, or all of it. */
export const sendFrom = (conversationId: number, from: number | null = null) =>
  invoke<ConversationView>('send_from', { conversationId, from })

/** What is left out goes as a summary, which the next request makes; or goes not at all. */
export const summarizeOlder = (conversationId: number, on: boolean) =>
  invoke<ConversationView>('summarize_older', { conversationId, on })

export const summarizeAndStart = (messageId: number) => invoke<Started>('summarize_and_start', { messageId })

export const watch = (messageId: number, onChannel: (value: TurnUpdate) => void) =>
  invoke<null>('watch', { messageId, channel: new Channel(onChannel) })

export const stop = (messageId: number) => invoke<null>('stop', { messageId })

/** Writes answers that the disk did not take once more; nothing is sent. */
export const saveAgain = (messageId: number) => invoke<MessageView>('save_again', { messageId })

/** What the fields of the parameters' form take, and what stands against what they hold. */
export const checkParameters = (model: string | null, typed: TypedParameters) =>
  invoke<ParametersView>('check_parameters', { model, typed })

/** What that consists of, and what leaving out older turns would save. */
export const contextParts = (place: DraftPlace, project: number | null, model: string, parameters: Parameters) =>
  invoke<ContextView>('context_parts', { place, project, model, parameters })

/** What the model declares that may be set for a chat with it. */
export const declaredParameters = (model: string) => invoke<DeclaredParameter[]>('declared_parameters', { model })

/** What a project adds to each turn of its chats with this model. */
export const standingCost = (project: number, model: string) =>
  invoke<StandingCost>('standing_cost', { project, model })

export const retryCost = (messageId: number) => invoke<RetryCost>('retry_cost', { messageId })

/** What a message cost, request by request. */
export const requestCosts = (messageId: number) => invoke<RequestCost[]>('request_costs', { messageId })

/** What is sent along with the next message, to be handed to `estimate_cost` with its words. */
export const draftContext = (conversationId: number | null, insteadOf: number | null, model: string, parameters: Parameters, project: number | null = null) =>
  invoke<DraftContext>('draft_context', { conversationId, insteadOf, model, parameters, project })

export const estimateCost = (context: DraftContext, text: string) =>
  invoke<MessageCost>('estimate_cost', { context, text })

/** Of all answers that are asked for at once. */
export const comparisonCost = (contexts: DraftContext[], text: string) =>
  invoke<MessageCost>('comparison_cost', { contexts, text })

/**
 * The bytes are the body; the headers tell the name, the draft or the project that it is for, whether it is text that was pasted, and why
 * there are no bytes, where the window could not read them.
 */
export const addAttachment = (body: ArrayBuffer | Uint8Array, headers: Record<string, string>) =>
  invoke<AttachmentView>('add_attachment', body, { headers })

/** The picture on the clipboard, where there is one, for a draft or a project; asked for when the page was told of nothing to paste. */
export const pastePicture = (place: DraftPlace, name: string, project: number | null = null) =>
  invoke<AttachmentView | null>('paste_picture', { place, name, project })

export const draft = (place: DraftPlace, model: string | null = null, project: number | null = null) =>
  invoke<DraftView>('draft', { place, model, project })

export const saveDraft = (place: DraftPlace, change: DraftChange) => invoke<null>('save_draft', { place, change })

/** Gives an edit up. */
export const discardDraft = (place: DraftPlace) => invoke<null>('discard_draft', { place })

export const removeAttachment = (id: number) => invoke<null>('remove_attachment', { id })

export const includeAttachment = (id: number, on: boolean) => invoke<AttachmentView>('include_attachment', { id, on })

export const leaveOutMedia = (place: DraftPlace, project: number | null = null, model: string | null = null) =>
  invoke<null>('leave_out_media', { place, project, model })

export const shrinkAttachment = (id: number) => invoke<AttachmentView>('shrink_attachment', { id })

export const projectFiles = (project: number) => invoke<ProjectFiles>('project_files', { project })

export const deleteProjectFile = (id: number) => invoke<null>('delete_project_file', { id })

/** These chats, or all. `None` where the person chose no place, or cancelled. */
export const exportChats = (ids: number[] | null, name: string, format: ExportFormat) =>
  invoke<Exported | null>('export_chats', { ids, name, format })

/** Opens the chat as a page in the person's browser, which prints it. */
export const printChat = (id: number) => invoke<null>('print_chat', { id })

export const copyChat = (id: number) => invoke<null>('copy_chat', { id })

/** Reads the files that the person chooses. `None` where that is none, or was cancelled. */
export const chooseImport = () => invoke<ImportPreview | null>('choose_import')

/** Brings in what was found. `None` where it was cancelled. */
export const importChats = () => invoke<Imported | null>('import_chats')

/** Ends what goes out or comes in, and forgets what was found. */
export const cancelTransfer = () => invoke<null>('cancel_transfer')

export const backups = () => invoke<BackupsView>('backups')

export const backUp = () => invoke<BackupsView>('back_up')

export const restoreBackup = (id: string) => invoke<BackupsView>('restore_backup', { id })

export const dataFolder = () => invoke<DataView>('data_folder')

/** Asks in the system's own way; nothing where the person chose none. */
export const chooseFolder = () => invoke<ChosenFolder | null>('choose_folder')

export const moveData = (folder: string) => invoke<SettingsView>('move_data', { folder })

/** The app begins anew behind it. */
export const deleteEverything = () => invoke<null>('delete_everything')

export const openLink = (url: string) => invoke<null>('open_link', { url })

export const copyText = (text: string) => invoke<null>('copy_text', { text })

/** An answer, below the question where that is given: then what there is of both. */
export const copyMessage = (messageId: number, question: string | null = null) =>
  invoke<null>('copy_message', { messageId, question })

/** Messages of a thread, from one place to another. */
export const copyMessages = (id: number, from: number, to: number) => invoke<null>('copy_messages', { id, from, to })

/** A formula of an answer as it was written: the one of this number on the page, from 0. False where there is none. */
export const copyFormula = (messageId: number, number: number) => invoke<boolean>('copy_formula', { messageId, number })

/** False where the person chose no place. The window never names one. */
export const saveCode = (language: string | null, text: string) => invoke<boolean>('save_code', { language, text })

/** All that an answer links to, in its order. */
export const messageMedia = (messageId: number) => invoke<MediaView[]>('message_media', { messageId })

/** What a link of an answer leads to, once it is kept or did not come. */
export const fetchMedia = (messageId: number, url: string) => invoke<MediaView>('fetch_media', { messageId, url })

/** Likewise from whoever the link names, on a press. */
export const loadMedia = (messageId: number, url: string) => invoke<MediaView>('load_media', { messageId, url })

/** A copy of a picture that fits a square of so many pixels; of all else the file. */
export const mediaShown = (id: number, side: number) => invoke<ArrayBuffer>('media_shown', { id, side })

/** The file as it came. False where the person chose no place. */
export const saveMedia = (id: number) => invoke<boolean>('save_media', { id })

/** A picture, for another program. */
export const copyMedia = (id: number) => invoke<null>('copy_media', { id })

/** In the program that the system opens such files with. */
export const openMedia = (id: number) => invoke<null>('open_media', { id })

/** Along with the next message. */
export const useMedia = (id: number, place: DraftPlace) => invoke<AttachmentView>('use_media', { id, place })

/** Those of all chats, or of one kind, the newest first, from this one on. */
export const mediaMade = (kind: MediaKind | null, from: number) => invoke<MediaPage>('media_made', { kind, from })

/** In all chats, and whatever belongs to them. */
export const searchChats = (request: SearchRequest) => invoke<SearchView>('search_chats', { request })

/** In one, as it is shown. */
export const findInChat = (conversationId: number, text: string) =>
  invoke<FoundInChat[]>('find_in_chat', { conversationId, text })

/** Every card, as a person could meet it. */
export const gallery = () => invoke<ErrorCard[]>('gallery')

export const helpPages = () => invoke<HelpPage[]>('help_pages')

export const logPage = (filter: LogFilter) => invoke<LogPage>('log_page', { filter })

export const logBodies = (id: number) => invoke<LogBodies>('log_bodies', { id })

export const logKeepBodies = (on: boolean) => invoke<LogView>('log_keep_bodies', { on })

export const logClear = (onlyBodies: boolean) => invoke<LogView>('log_clear', { onlyBodies })

/** The new file's place. */
export const logExport = (withBodies: boolean) => invoke<string>('log_export', { withBodies })

export const quit = (step: QuitStep) => invoke<null>('quit', { step })

/** All that the small window shows: now, and at every change. */
export const watchMonitor = (onChannel: (value: MonitorView) => void) =>
  invoke<null>('watch_monitor', { channel: new Channel(onChannel) })

export const showMonitor = (open: boolean) => invoke<null>('show_monitor', { open })

export const showMain = () => invoke<null>('show_main')
