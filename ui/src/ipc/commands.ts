// One function for each command of the Rust side. Every rejection is an ErrorCard (see `asCard`).
import { Channel, invoke } from '@tauri-apps/api/core'
import type {
  AccountView,
  AgainCost,
  AttachmentView,
  BackupsView,
  BalanceView,
  Boot,
  Check,
  ConversationChange,
  ConversationDetail,
  ConversationView,
  DoctorView,
  DraftChange,
  DraftPlace,
  DraftView,
  ErrorCard,
  FirstMessage,
  HelpPage,
  Keep,
  KeySource,
  LogBodies,
  LogFilter,
  LogPage,
  LogView,
  MessageCost,
  MessageView,
  ModelsView,
  PaidRequest,
  Parameters,
  ParametersView,
  ProxyChange,
  QuitStep,
  ResendChange,
  Rung,
  Sent,
  SettingsChange,
  SettingsView,
  Shown,
  Standing,
  Started,
  TurnUpdate,
  TypedParameters,
  UsageView,
} from './types'

export const boot = () => invoke<Boot>('boot')

export function setKey(source: KeySource, keep: Keep, add: boolean, forMessage: number | null, onRung: (rung: Rung) => void) {
  const progress = new Channel<Rung>(onRung)
  return invoke<AccountView>('set_key', { source, keep, add, forMessage, progress })
}
export const forgetKey = () => invoke<AccountView>('forget_key')
/** Puts the account back that was removed last. */
export const undoRemoval = (keep: Keep) => invoke<AccountView>('undo_removal', { keep })
/** What was pasted and did not look like a key is not to be used. */
export const forgetPasted = () => invoke<null>('forget_pasted')
export const recheckKey = () => invoke<AccountView>('recheck_key')
/** Waits for the browser. False: cancelled; after true, `setKey` takes what it brought. */
export const signIn = () => invoke<boolean>('sign_in')
export const cancelSignIn = () => invoke<null>('cancel_sign_in')
/** False: neither an address that the browser ended at nor a code. */
export const pasteSignIn = (text: string) => invoke<boolean>('paste_sign_in', { text })
export const useAccount = (id: number) => invoke<AccountView>('use_account', { id })
export const renameAccount = (id: number, name: string) => invoke<AccountView>('rename_account', { id, name })
export const readAccountPoints = () => invoke<AccountView>('read_account_points')
export const testOffer = () => invoke<PaidRequest | null>('test_offer')
export const sendTest = (request: PaidRequest) => invoke<Rung>('send_test', { request })
export const removeAccount = (id: number) => invoke<AccountView>('remove_account', { id })
export const clearClipboard = () => invoke<void>('clear_clipboard')
export const setDemo = (on: boolean) => invoke<AccountView>('set_demo', { on })

export const models = (refresh: boolean) => invoke<ModelsView>('models', { refresh })
export const refreshBalance = () => invoke<BalanceView>('refresh_balance')
export const usage = (cursor: string | null) => invoke<UsageView>('usage', { cursor })
export const usedToday = () => invoke<number>('used_today')

/** A chat begins with its first question: both are kept, or nothing is. */
export const beginConversation = (first: FirstMessage) => invoke<Started>('begin_conversation', { first })
export const openConversation = (id: number) => invoke<ConversationDetail>('open_conversation', { id })
export const changeConversation = (id: number, change: Partial<ConversationChange>) =>
  invoke<ConversationView>('change_conversation', { id, change })
/** What the window shows from now on. */
export const lookAt = (shown: Shown) => invoke<null>('look_at', { shown })
export const deleteConversation = (id: number) => invoke<null>('delete_conversation', { id })

/** What goes along with the next message, for `weigh` to count in. */
export const standing = (conversationId: number | null, insteadOf: number | null, model: string, parameters: Parameters) =>
  invoke<Standing>('standing', { conversationId, insteadOf, model, parameters })
export const weigh = (standing: Standing, text: string) => invoke<MessageCost>('weigh', { standing, text })
export const againCost = (messageId: number) => invoke<AgainCost>('again_cost', { messageId })

export const checkParameters = (model: string | null, typed: TypedParameters) =>
  invoke<ParametersView>('check_parameters', { model, typed })

export const send = (conversationId: number, text: string, insteadOf: number | null, attachments: number[]) =>
  invoke<Sent>('send', { conversationId, text, insteadOf, ...(attachments.length > 0 ? { attachments } : {}) })
export const resend = (messageId: number, change: Partial<ResendChange>) =>
  invoke<MessageView>('resend', { messageId, change })
export const chooseBranch = (messageId: number) => invoke<ConversationDetail>('choose_branch', { messageId })
export const continueAnswer = (messageId: number) => invoke<MessageView>('continue_answer', { messageId })
export const keepTrying = (messageId: number) => invoke<MessageView>('keep_trying', { messageId })
export const sendWhenBack = (messageId: number) => invoke<MessageView>('send_when_back', { messageId })
/** At the time that its card names, unless it is stopped before. */
export const sendWhenReady = (messageId: number) => invoke<MessageView>('send_when_ready', { messageId })
export const trimContext = (messageId: number) => invoke<MessageView>('trim_context', { messageId })
export const sendAll = (conversationId: number) => invoke<ConversationView>('send_all', { conversationId })
export const summarizeAndStart = (messageId: number) => invoke<Started>('summarize_and_start', { messageId })
export const checkAndRetry = (messageId: number) => invoke<MessageView>('check_and_retry', { messageId })
export const waitForPoints = (messageId: number) => invoke<MessageView>('wait_for_points', { messageId })
/** Writes what the disk did not take; nothing is sent. */
export const saveAgain = (messageId: number) => invoke<MessageView>('save_again', { messageId })
export const stop = (messageId: number) => invoke<null>('stop', { messageId })

/** A snapshot first, then changes. The returned function ends the listening; the turn itself goes on. */
export function watch(messageId: number, onUpdate: (update: TurnUpdate) => void, onFailure: (e: unknown) => void) {
  const channel = new Channel<TurnUpdate>(onUpdate)
  invoke<null>('watch', { messageId, channel }).catch(onFailure)
  return () => {
    channel.onmessage = () => {}
  }
}

/** The bytes go as they are; the headers of a call take no letters beyond ASCII. */
export const addAttachment = (place: DraftPlace, name: string, bytes: ArrayBuffer) =>
  invoke<AttachmentView>('add_attachment', bytes, { headers: { 'x-name': encodeURIComponent(name), ...headersOf(place) } })
/** Text is text, whatever it begins with. */
export const addPastedText = (place: DraftPlace, name: string, bytes: Uint8Array) =>
  invoke<AttachmentView>('add_attachment', bytes, {
    headers: { 'x-name': encodeURIComponent(name), 'x-pasted': 'true', ...headersOf(place) },
  })
const headersOf = ({ conversationId, insteadOf }: DraftPlace) => ({
  ...(conversationId === null ? {} : { 'x-conversation': String(conversationId) }),
  ...(insteadOf === null ? {} : { 'x-instead-of': String(insteadOf) }),
})
/** Has Rust say why a file is not taken that the window could not even read: a folder, its size, anything else. */
export const refuseFile = (name: string, problem: string) =>
  invoke<never>('add_attachment', new Uint8Array(), { headers: { 'x-name': encodeURIComponent(name), 'x-problem': problem } })
export const draft = (place: DraftPlace, model: string | null) => invoke<DraftView>('draft', { place, model })
export const saveDraft = (place: DraftPlace, change: DraftChange) => invoke<null>('save_draft', { place, change })
/** Gives an edit up, with its files. */
export const discardDraft = (place: DraftPlace) => invoke<null>('discard_draft', { place })
export const removeAttachment = (id: number) => invoke<null>('remove_attachment', { id })
export const includeAttachment = (id: number, on: boolean) => invoke<AttachmentView>('include_attachment', { id, on })
export const leaveOutImages = (place: DraftPlace) => invoke<null>('leave_out_images', { place })
export const shrinkAttachment = (id: number) => invoke<AttachmentView>('shrink_attachment', { id })

export const backups = () => invoke<BackupsView>('backups')
export const backUp = () => invoke<BackupsView>('back_up')
export const restoreBackup = (id: string) => invoke<BackupsView>('restore_backup', { id })

/** Asks in the system's own way; null where none was chosen. */
export const chooseFolder = () => invoke<string | null>('choose_folder')
export const moveData = (folder: string) => invoke<SettingsView>('move_data', { folder })

export const changeSettings = (change: Partial<SettingsChange>) =>
  invoke<SettingsView>('change_settings', { change })
export const setProxy = (change: ProxyChange) => invoke<SettingsView>('set_proxy', { change })
export const bypassProxy = () => invoke<SettingsView>('bypass_proxy')
export const addCertificate = (name: string, bytes: number[]) => invoke<SettingsView>('add_certificate', { name, bytes })
export const removeCertificate = (file: string) => invoke<SettingsView>('remove_certificate', { file })

function withChecks(command: string, onCheck: (check: Check) => void) {
  const progress = new Channel<Check>(onCheck)
  return invoke<DoctorView>(command, { progress })
}
export const runDoctor = (onCheck: (check: Check) => void) => withChecks('run_doctor', onCheck)
export const runPaidCheck = (onCheck: (check: Check) => void) => withChecks('run_paid_check', onCheck)
export const stopDoctor = () => invoke<null>('stop_doctor')

export const quit = (step: QuitStep) => invoke<null>('quit', { step })

export const dismissNotices = () => invoke<void>('dismiss_notices')
export const openLink = (url: string) => invoke<null>('open_link', { url })
export const copyText = (text: string) => invoke<null>('copy_text', { text })
/** An answer as it was written, below the question where that is given. */
export const copyMessage = (messageId: number, question: string | null = null) =>
  invoke<null>('copy_message', { messageId, question })
export const helpPages = () => invoke<HelpPage[]>('help_pages')
export const gallery = () => invoke<ErrorCard[]>('gallery')
export const logPage = (filter: LogFilter) => invoke<LogPage>('log_page', { filter })
export const logBodies = (id: number) => invoke<LogBodies>('log_bodies', { id })
export const logKeepBodies = (on: boolean) => invoke<LogView>('log_keep_bodies', { on })
export const logClear = (onlyBodies: boolean) => invoke<LogView>('log_clear', { onlyBodies })
export const logExport = (withBodies: boolean) => invoke<string>('log_export', { withBodies })

