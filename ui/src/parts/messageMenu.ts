// What can be done with one message, as its menu has it: by the right button, by keys, or by the button in its row.
import * as ipc from '../ipc'
import type { PointsRange } from '../ipc'
import { between } from '../format'
import { announcer } from '../state/announcer.svelte'
import { answerEdit } from '../state/answerEdit.svelte'
import { chat } from '../state/chat.svelte'
import { below, menu, type MenuEntry, type MenuGroups } from '../state/menu.svelte'
import type { Message } from '../state/message.svelte'
import { notices } from '../state/notices.svelte'
import { panels } from '../state/panels.svelte'
import { route } from '../state/route.svelte'
import { copy } from '../state/system'
import { words } from '../words/thread'

/** `shown`: the article that it stands in. */
export function messageGroups(message: Message, shown: Element | null): MenuGroups {
  if (message.deleted !== null) return [message.deleted === 'undoable' ? [{ label: words.chat.putBack, act: () => chat.putBack(message.id) }] : []]
  return [copyEntries(message, shown), askEntries(message), keepEntries(message)]
}

function copyEntries(message: Message, shown: Element | null): MenuEntry[] {
  if (message.role === 'user') return message.text === '' ? [] : [{ label: words.menus.copyText, act: () => copy(message.text) }]
  if (!message.hasText) return []
  const seen = () => shown?.querySelector<HTMLElement>('.answer')?.innerText ?? ''
  return [
    { label: words.menus.copyText, act: () => copy(seen()) },
    { label: words.menus.copyMarkdown, act: () => copySource(message) },
  ]
}

/** What costs something, with its price. */
function askEntries(message: Message): MenuEntry[] {
  const { state } = message.status
  if (chat.thread.liveMessage || message.role === 'user' || !message.hasText) return []
  const canGoOn = state === 'stopped' || (state === 'cut' && !message.card)
  if (!canGoOn && message.card) return []
  const cost = ipc.retryCost(message.id).catch(() => null)
  return [
    ...(canGoOn ? [{ label: words.message.continue, note: cost.then((known) => price(known?.goOn)), act: () => chat.goOn(message.id) }] : []),
    ...(message.card ? [] : [{ label: words.message.regenerate, note: cost.then((known) => price(known?.regenerate)), act: () => chat.resend(message.id, {}) }]),
  ]
}

/** What costs nothing. */
function keepEntries(message: Message): MenuEntry[] {
  if (chat.thread.liveMessage) return []
  const { id } = message
  const isBeingEdited = chat.composer.draft.insteadOf === id || answerEdit.of === id
  const canEdit = !isBeingEdited && (message.role === 'user' || message.hasText)
  const edit = () => (message.role === 'user' ? chat.composer.edit(id) : answerEdit.begin(message))
  return [
    ...(canEdit ? [{ label: message.role === 'user' ? words.message.editQuestion : words.message.editAnswer, act: edit }] : []),
    // A fork would be kept.
    ...(chat.thread.conversation?.temporary ? [] : [{ label: words.message.fork, act: () => fork(message) }]),
    ...(isBeingEdited ? [] : [{ label: words.chat.deleteMessage, danger: true, act: () => chat.deleteMessage(id) }]),
  ]
}

/** Each way to ask for an answer once more. */
export function openRegenerateMenu(message: Message, event: MouseEvent & { currentTarget: Element }) {
  const cost = ipc.retryCost(message.id).catch(() => null)
  const again = (length: 'shorter' | 'longer') => ({ note: cost.then((known) => price(known?.[length])), act: () => chat.resend(message.id, { length }) })
  const ways: MenuEntry[] = [
    { label: words.message.sameModel, note: cost.then((known) => price(known?.regenerate)), act: () => chat.resend(message.id, {}) },
    { label: words.message.otherModel, act: () => panels.openPicker(message.id) },
    { label: words.message.shorter, ...again('shorter') },
    { label: words.message.longer, ...again('longer') },
  ]
  menu.open({ groups: [ways], place: below(event.currentTarget), label: words.message.regenerateHow, byKeyboard: event.detail === 0 })
}

export function openMessageMenu(message: Message, event: MouseEvent & { currentTarget: Element }) {
  const groups = messageGroups(message, event.currentTarget.closest('article'))
  menu.open({ groups, place: below(event.currentTarget), label: words.menus.message, byKeyboard: event.detail === 0 })
}

const price = (points: PointsRange | null | undefined) => (points ? words.chat.points(between(points)) : '')

/** The chat that begins with it is opened at once; nothing is asked there. */
async function fork(message: Message) {
  const title = chat.thread.conversation?.title ?? ''
  await ipc.attempt(async () => {
    const fresh = await ipc.forkConversation(message.id, title === '' ? '' : words.chats.forkOf(title))
    route.go('chat', fresh.id)
    announcer.hear(words.message.forked)
  }, notices.refuse)
}

async function copySource(message: Message) {
  await ipc.attempt(async () => {
    await ipc.copyMessage(message.id)
    announcer.say(words.chat.copied)
  }, notices.refuse)
}
