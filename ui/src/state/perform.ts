// What each button of a card does: one branch for each action, checked by the compiler.
import * as ipc from '../ipc'
import type { CardAction, ErrorCard } from '../ipc'
import { words } from '../words'
import { account } from './account.svelte'
import { announcer } from './announcer.svelte'
import { backups } from './backups.svelte'
import { balance } from './balance.svelte'
import { chat } from './chat.svelte'
import { consent } from './consent.svelte'
import { conversations } from './conversations.svelte'
import { certificateFiles, chooseFile } from '../choose'
import { correction } from './correction.svelte'
import { folder } from './folder.svelte'
import { models } from './models.svelte'
import { notices } from './notices.svelte'
import { panels } from './panels.svelte'
import { route } from './route.svelte'
import { settings } from './settings.svelte'
import { copy, links, openLink, poeBaseUrl } from './system'

/** Where a card stands. */
export type CardPlace = {
  card: ErrorCard
  /** The answer that it is about. */
  messageId: number | null
  /** Does again what failed, where that was no message. */
  retry?: () => unknown
  /** Puts the cursor into the field that the card is about. */
  focusField?: () => void
  /** The model that is chosen takes the place of the one that is gone in every chat, and in new ones. */
  everywhere?: boolean
  hide: () => void
}

export async function perform(act: CardAction, place: CardPlace): Promise<void> {
  const { messageId, card, hide } = place
  const resend = (change: Parameters<typeof chat.resend>[1]) =>
    messageId === null ? place.retry?.() : chat.resend(messageId, change)

  switch (act.action) {
    case 'paste-key':
      return account.paste(messageId)
    case 'use-anyway':
      return account.useAnyway(messageId)
    case 'sign-in':
      // Without a client ID the settings say how to get one.
      if (!settings.view.canSignIn) return route.go('settings', 'client-id')
      if (messageId === null) route.go('setup')
      return account.signIn(messageId)
    case 'how-to-install':
      return route.go('help', 'keychain_unavailable')
    case 'use-env-key':
      return account.useEnv(messageId)
    case 'try-demo':
      return account.demo(true)
    case 'set-up':
    case 'replace-key':
      return account.open()
    case 'unlock-keychain':
      return account.undoFailed ? void (await account.undo()) : account.recheck()
    case 'session-only':
      if (account.undoFailed) return void (await account.undo('session'))
      if (account.hasPendingKey) return account.keepForSession()
      // On the set-up page only the choice changes.
      if (route.view !== 'setup' && !account.needsSetUp) account.open()
      account.keep = 'session'
      return
    case 'open-keys':
      return openLink(links.keys)
    case 'get-points':
      if (messageId !== null) await chat.waitForPoints(messageId)
      return openLink(links.keys)
    case 'send-once':
      if (messageId === null) return chat.composer.send(true)
      return void (await resend({ overLimit: true }))
    case 'change-limit':
      if (act.value === 'project') return route.go('project', chat.thread.conversation?.projectId ?? '')
      return act.value === null ? route.go('settings', 'limit') : panels.openParameters(act.value)
    case 'open-plans':
      return openLink(links.plans)
    case 'open-status':
      return openLink(links.status)
    case 'use-model':
      if (act.model === null) return panels.openPicker(messageId)
      if (messageId === null) {
        if (place.everywhere) await useEverywhere(chat.composer.model ?? '', act.model)
        return chat.composer.chooseModel(act.model)
      }
      if (place.everywhere) await useEverywhere(chat.thread.find(messageId)?.status.model ?? '', act.model)
      return void (await resend({ model: act.model }))
    case 'choose-model':
      route.go('chat', chat.id ?? '')
      return panels.openPicker(messageId)
    case 'refresh-models':
      await models.load(true)
      if (!models.view.card) announcer.say(words.prices.count(models.view.models.length))
      return
    case 'check-address':
      correction.hold(messageId)
      return route.go('settings', 'address')
    case 'use-default-address':
      if (await settings.change({ baseUrl: poeBaseUrl })) await resend({})
      return
    case 'network-settings':
      return route.go('settings', 'connection')
    case 'proxy-settings':
      return route.go('settings', 'proxy')
    case 'try-without-proxy':
      if (await settings.bypassProxy()) return void (await resend({}))
      return refuseSetting()
    case 'add-ca':
      // Not waited for: a chooser that is closed without a choice says nothing.
      return chooseFile(certificateFiles, async (file) => {
        if (await settings.addCertificate(file)) await resend({})
        else refuseSetting()
      })
    case 'open-browser':
      // A network that wants a login can show it in place of plain http only.
      return openLink(`http://${new URL(settings.view.baseUrl).hostname}/`)
    case 'run-check':
      // From a chat, the check leads back to it.
      return route.go('doctor', route.view === 'chat' ? (chat.id ?? 'new') : '')
    case 'reset-setting':
      if (card === chat.composer.refusal) return chat.composer.resetAndSend(act.value)
      return void (await resend({ reset: act.value }))
    case 'raise-limit':
      return void (await resend({ maxTokens: Number(act.value) || null }))
    case 'edit-settings':
      return toSetting(act.value)
    case 'edit-message':
      return editMessage(messageId)
    case 'copy-message': {
      const answer = messageId === null ? undefined : chat.thread.find(messageId)
      const text = answer ? chat.thread.questionOf(answer)?.text : chat.composer.draft.text
      return copy(text ?? '', words.chat.copied)
    }
    case 'copy-details':
      return copy(detailsOf(card), words.card.detailsCopied)
    case 'copy-address':
      return copy(act.value ?? '', words.card.addressCopied)
    case 'refresh-balance':
      // Balance and history each refresh what is theirs.
      return void (await (card.code === 'usage_partial' && place.retry ? place.retry() : balance.refresh()))
    case 'see-usage':
      return route.go('usage')
    case 'retry':
    // The button itself named the risk.
    case 'send-at-risk':
      return void (await resend({}))
    case 'wait-and-send':
      if (messageId === null) return
      // A second press takes the wish back.
      return chat.thread.find(messageId)?.isLive ? chat.stopMessage(messageId) : chat.sendWhenReady(messageId)
    case 'cancel':
      if (messageId === null) return hide()
      if (!chat.thread.find(messageId)?.isLive) return hide()
      return chat.stopMessage(messageId)
    case 'check-and-retry':
      if (messageId !== null) await chat.checkAndRetry(messageId)
      return
    // Every request that was stopped is looked up.
    case 'stop-and-check':
    case 'stop':
      if (messageId !== null) await chat.stopMessage(messageId)
      return
    case 'continue':
      if (messageId !== null) await chat.goOn(messageId)
      return
    case 'keep-trying':
      if (messageId !== null) await chat.keepTrying(messageId)
      return
    case 'send-when-back':
      if (messageId !== null) await chat.sendWhenBack(messageId)
      return
    case 'trim-context':
      if (messageId !== null) await chat.trim(messageId)
      return
    case 'summarize-and-start':
      if (messageId !== null) await chat.summarizeAndStart(messageId, (id) => route.go('chat', id))
      return
    case 'fix':
      if (act.value !== null) return toSetting(act.value)
      if (messageId !== null && card.field === 'message') return editMessage(messageId)
      // The field for a key is on the set-up page.
      if (card.field === 'key' && !place.focusField) return account.open()
      return place.focusField?.()
    case 'keep-waiting':
    case 'keep':
    case 'dismiss':
      return hide()
    // files
    case 'shrink-image':
    case 'remove-attachment':
    case 'send-without':
      return mendAttachment(act, place)
    case 'copy-text':
      return copyText(messageId)
    case 'choose-folder':
      return chooseFolder(place)
    case 'save-again':
      if (messageId !== null) await chat.saveAgain(messageId)
      return
    case 'restore-backup':
      if (act.value !== null && (await backups.restore(act.value))) hide()
      return
    case 'allow-bot':
      if (act.model === null || !(await consent.allow(act.model, false))) return
      return messageId === null ? chat.composer.send() : void (await resend({}))
    default:
      return act.action satisfies never
  }
}

/** To the chat's settings, and to the field of this one. */
function toSetting(name: string | null) {
  route.go('chat', chat.id ?? '')
  panels.openParameters(name)
}

/** The question of this answer is taken up again; without one, what is being written. */
function editMessage(messageId: number | null) {
  const answer = messageId === null ? undefined : chat.thread.find(messageId)
  const question = answer && chat.thread.questionOf(answer)
  if (question) chat.composer.edit(question.id)
  else chat.composer.focusWishes++
}

/** Says what was refused away from the field where it would stand. */
function refuseSetting() {
  if (settings.card) notices.refuse(settings.card)
  settings.card = null
}

/** Changes what goes along, then sends. A file that is removed before sending leaves the message to be finished. */
async function mendAttachment(act: CardAction, { messageId, card }: CardPlace) {
  const id = Number(act.value)
  const isDone = await ipc.attempt(async () => {
    if (act.action === 'shrink-image') chat.thread.putAttachment(await ipc.shrinkAttachment(id))
    else if (act.action === 'remove-attachment') await ipc.removeAttachment(id)
    else await ipc.leaveOutMedia(chat.composer.draft.place, chat.composer.beginsIn, chat.composer.model)
  }, (refused) => {
    if (messageId === null) chat.composer.draft.refusal = refused
    else notices.refuse(refused)
  })
  if (!isDone) return
  await chat.composer.draft.load()
  if (messageId !== null) {
    await chat.resend(messageId, {})
    return chat.thread.reloadAttachments()
  }
  if (chat.composer.refusal === card) chat.composer.refusal = null
  chat.composer.focusWishes++
  if (act.action !== 'remove-attachment') await chat.composer.send()
}

/** What was written and, of an answer, as much as there is: also what no disk has. */
async function copyText(messageId: number | null) {
  const answer = messageId === null ? undefined : chat.thread.find(messageId)
  if (!answer) return copy(chat.composer.draft.text, words.chat.copied)
  await ipc.attempt(async () => {
    await ipc.copyMessage(answer.id, chat.thread.questionOf(answer)?.text ?? null)
    announcer.say(words.chat.copied)
  }, notices.refuse)
}

/** An answer that was not saved is by now; a message that never left goes out; a draft waits for a press. */
async function chooseFolder({ card, messageId, hide }: CardPlace) {
  if (!(await folder.choose())) {
    if (folder.card) notices.refuse(folder.card)
    folder.card = null
    return
  }
  const wasSaved = card.actions.some((act) => act.action === 'save-again')
  if (messageId === null) hide()
  else if (card.code === 'storage_failed' && !wasSaved) await chat.resend(messageId, {})
}

/** What cannot be changed is said, and the message goes out all the same. */
async function useEverywhere(gone: string, model: string) {
  await ipc.attempt(async () => {
    await conversations.replaceModel(gone, model)
    if (settings.view.defaultModel === gone) await settings.change({ defaultModel: model })
    const { favorites } = settings.view
    if (favorites.includes(gone)) await settings.change({ favorites: favorites.map((id) => (id === gone ? model : id)) })
    announcer.say(words.card.usedEverywhere)
  }, notices.refuse)
}

/** For "Copy details": enough for Poe's support. */
export const detailsOf = (card: ErrorCard) => card.details.map((fact) => `${fact.label}: ${fact.value}`).join('\n')
