// What a right click or the menu key offers: on a chat of the list, on a message, on a link or code in it, on selected words.
// Each entry does what a button does.
import * as ipc from '../ipc'
import type { ExportFormat } from '../ipc'
import { csvOf } from '../answer/csv'
import { announcer } from '../state/announcer.svelte'
import { chat } from '../state/chat.svelte'
import { conversations } from '../state/conversations.svelte'
import { below, menu, type MenuEntry, type MenuGroups, type MenuPlace } from '../state/menu.svelte'
import { notices } from '../state/notices.svelte'
import { projects } from '../state/projects.svelte'
import { route } from '../state/route.svelte'
import { copy, openLink } from '../state/system'
import { newChat } from '../state/shortcuts'
import { transfer } from '../state/transfer.svelte'
import { words } from '../words/thread'
import { messageGroups } from './messageMenu'

/** Where the pointer is. */
export function openAt(target: Element, x: number, y: number) {
  menu.open({ ...menuOf(target), place: { x, top: y, bottom: y }, byKeyboard: false })
}

/** For what has the focus. */
export function openByKey(target: Element) {
  const meant = subject(target)
  menu.open({ ...menuOf(meant), place: placeOf(meant), byKeyboard: true })
}

/** The menu of a chat, below its button. */
export const openChatMenu = (id: number, button: Element) =>
  menu.open({ groups: [chatEntries(id)], label: words.menus.chat, place: below(button), byKeyboard: false })

/** The thread as a whole stands for its last message. */
function subject(target: Element): Element {
  return target.classList.contains('thread') ? ([...target.querySelectorAll('article')].at(-1) ?? target) : target
}

function placeOf(target: Element): MenuPlace {
  const place = below(target)
  // Of something that does not end in sight: where it can be seen.
  return place.bottom > innerHeight ? { x: place.x + 24, top: innerHeight / 2, bottom: innerHeight / 2 } : place
}

/** From the closest thing outward. */
function menuOf(target: Element): { groups: MenuGroups; label: string } {
  const id = Number(target.closest<HTMLElement>('[data-chat]')?.dataset.chat ?? 0)
  if (id > 0) return { groups: [chatEntries(id)], label: words.menus.chat }
  const message = chat.thread.find(Number(target.closest<HTMLElement>('article')?.dataset.id ?? 0))
  return {
    groups: [linkEntries(target), selectionEntries(), [...codeEntries(target), ...drawnEntries(target)], ...(message ? messageGroups(message, target.closest('article')) : [])],
    label: message ? words.menus.message : words.menus.page,
  }
}

function chatEntries(id: number): MenuEntry[] {
  const row = conversations.find(id)
  const title = row?.title ?? ''
  if (!row) return []
  if (row.deletedAt !== null) {
    return [
      { label: words.menus.putBack, act: () => conversations.organize([id], { kind: 'delete', on: false }) },
      {
        label: words.menu.deleteForGood,
        danger: true,
        ask: { question: words.chats.deleteForGoodSure, yes: words.menu.deleteForGood, no: words.chats.keep },
        act: () => discard(id),
      },
    ]
  }
  return [
    { label: words.menu.rename, act: () => (conversations.renaming = id) },
    row.pinned
      ? { label: words.menus.unpin, act: () => conversations.organize([id], { kind: 'pin', on: false }) }
      : { label: words.menus.pin, act: () => conversations.organize([id], { kind: 'pin', on: true }) },
    ...(projects.all.length === 0 ? [] : [{ label: words.menus.toProject, act: () => menu.open({ groups: [projectEntries([id])], label: words.menus.toProject, place: placeOf(rowOf(id) ?? document.body), byKeyboard: true }) }]),
    { label: words.menus.duplicate, act: () => duplicate(id, title === '' ? '' : words.chats.copyOf(title)) },
    { label: words.menu.cost, act: () => route.go('usage', id) },
    ...(title === '' ? [] : [{ label: words.menus.copyTitle, act: () => copy(title) }]),
    { label: words.menus.copyMarkdown, act: () => transfer.copy(id) },
    { label: words.menus.export, act: () => openFormats(id) },
    { label: words.menus.print, act: () => transfer.print(id) },
    { label: row.archived ? words.menus.unarchive : words.menus.archive, act: () => conversations.organize([id], { kind: 'archive', on: !row.archived }) },
    { label: words.menu.delete, danger: true, act: () => remove(id) },
  ]
}

/** Into which of the projects, or out of any. */
export const projectEntries = (ids: readonly number[]): MenuEntry[] => [
  ...projects.all.map((project) => ({ label: project.name, act: () => conversations.organize(ids, { kind: 'project', id: project.id }) })),
  { label: words.chats.noProject, act: () => conversations.organize(ids, { kind: 'project', id: null }) },
]

/** In each of the forms that chats are written in: these, or all. */
export const exportEntries = (ids: number[] | null): MenuEntry[] => formats((format) => transfer.export(ids, format))

/** The same of all chats of a project. */
export const exportProjectEntries = (id: number): MenuEntry[] => formats((format) => transfer.exportProject(id, format))

const formats = (act: (format: ExportFormat) => unknown): MenuEntry[] =>
  (['markdown', 'html', 'json', 'text'] as const).map((format) => ({ label: words.menus.formats[format], act: () => act(format) }))

/** In the place of the menu that it was chosen in. */
function openFormats(id: number) {
  menu.open({ groups: [exportEntries([id])], label: words.menus.exportAs, place: placeOf(rowOf(id) ?? document.body), byKeyboard: true })
}

const rowOf = (id: number) => document.querySelector(`[data-chat="${id}"]`)

async function duplicate(id: number, title: string) {
  await ipc.attempt(async () => route.go('chat', (await ipc.duplicateConversation(id, title)).id), notices.refuse)
}

/** The focus goes on to the chat beside it, or to the new one that takes its place. */
async function remove(id: number) {
  const rows = [...document.querySelectorAll('[data-chat]')]
  const at = rows.findIndex((row) => row === rowOf(id))
  const beside = rows[at + 1] ?? rows[at - 1]
  const isOpen = chat.id === id
  if (isOpen) newChat()
  await conversations.remove([id])
  if (!isOpen) beside?.querySelector('a')?.focus()
}

async function discard(id: number) {
  if (chat.id === id) newChat()
  await conversations.discard(id)
}

function linkEntries(target: Element): MenuEntry[] {
  const url = target.closest('a[href]')?.getAttribute('href') ?? ''
  if (!/^(https?|mailto):/.test(url)) return []
  return [
    { label: words.menus.openLink, act: () => openLink(url) },
    { label: words.menus.copyAddress, act: () => copy(url.replace(/^mailto:/, ''), words.card.addressCopied) },
  ]
}

function selectionEntries(): MenuEntry[] {
  const selection = getSelection()
  if (!selection || selection.isCollapsed || selection.toString().trim() === '') return []
  const selected = selection.toString()
  // The page's own copying knows of signs that cannot be seen.
  const act = () => (document.execCommand('copy') ? announcer.say(words.chat.copied) : copy(selected))
  const isOfMessage = selection.anchorNode?.parentElement?.closest('.thread article') != null
  return [{ label: words.menus.copySelection, act }, ...(isOfMessage ? [{ label: words.message.quote, act: () => chat.composer.quote(selected) }] : [])]
}

/** Its own buttons, whichever it has. */
function codeEntries(target: Element): MenuEntry[] {
  const buttons = target.closest('.answer .code')?.querySelectorAll<HTMLButtonElement>('button[data-tool]') ?? []
  return [...buttons].map((button) => {
    const isOn = button.getAttribute('aria-pressed') === 'true'
    const name = button.getAttribute('aria-label') ?? ''
    return { label: button.dataset.tool === 'wrap' && isOn ? words.menus.unwrap : name, act: () => button.click() }
  })
}

/** What is drawn, as it can be used elsewhere: a table as CSV, a formula as it was written. */
function drawnEntries(target: Element): MenuEntry[] {
  const table = target.closest<HTMLTableElement>('.answer table')
  const formula = target.closest('.answer math, .answer code.math')
  return [
    ...(table ? [{ label: words.menus.copyTable, act: () => copy(csvOf(table)) }] : []),
    ...(formula ? [{ label: words.menus.copyFormula, act: () => copyFormula(formula) }] : []),
  ]
}

/** Rust knows how it was written, and finds it by its number in the answer. */
async function copyFormula(formula: Element) {
  const all = [...(formula.closest('.answer')?.querySelectorAll('math, code.math') ?? [])]
  const id = Number(formula.closest<HTMLElement>('article')?.dataset.id ?? 0)
  await ipc.attempt(async () => {
    if (await ipc.copyFormula(id, all.indexOf(formula))) announcer.say(words.chat.copied)
  }, notices.refuse)
}
