// Chats that are dragged out of the list with the pointer, and what becomes of them where they are let go; also a project, among
// the others. Menus and keys do the same.
import type { ConversationView, Organize } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { conversations } from './conversations.svelte'
import { projects } from './projects.svelte'

const plain = {
  pin: { kind: 'pin', on: true },
  unpin: { kind: 'pin', on: false },
  archive: { kind: 'archive', on: true },
  unarchive: { kind: 'archive', on: false },
  putBack: { kind: 'delete', on: false },
  delete: { kind: 'delete', on: true },
  noProject: { kind: 'project', id: null },
} satisfies Record<string, Organize>

/** What is done with chats where they are let go, as the page names it. */
export type Drop = keyof typeof plain | `project:${number}`
/** Where a project stands then: beside another one. */
export type Place = `${'before' | 'after'}:${number}`

const numberOf = (name: string) => Number(name.slice(name.indexOf(':') + 1))
const actOf = (drop: Drop): Organize => (drop in plain ? plain[drop as keyof typeof plain] : { kind: 'project', id: numberOf(drop) })

/** Whether it would change anything of this chat. What is deleted can only come back. */
function changes({ deletedAt, pinned, archived, projectId }: ConversationView, act: Organize): boolean {
  if (act.kind === 'delete') return act.on === (deletedAt === null)
  if (deletedAt !== null) return false
  if (act.kind === 'project') return act.id !== projectId
  return act.on !== (act.kind === 'pin' ? pinned : archived)
}

class Dragging {
  /** On what the pointer went down, and where. */
  pressed = $state.raw<{ what: 'chat' | 'project'; id: number; x: number; y: number } | null>(null)
  /** Chats that are on their way; none before the pointer has moved. */
  ids = $state.raw<readonly number[]>([])
  /** The same of a project. */
  project = $state<number | null>(null)
  /** Where they are, if that would change anything. */
  over = $state<Drop | Place | null>(null)

  get isUnderWay() {
    return this.ids.length > 0 || this.project !== null
  }

  press(what: 'chat' | 'project', id: number, { clientX, clientY }: MouseEvent) {
    this.pressed = { what, id, x: clientX, y: clientY }
  }

  /** With the chat that was pressed go those that are selected with it. */
  begin() {
    const { pressed } = this
    if (pressed?.what === 'project') this.project = pressed.id
    else if (pressed) this.ids = conversations.selected.has(pressed.id) ? [...conversations.selected] : [pressed.id]
  }

  /** One that the list has not read yet may change. */
  takes(drop: Drop): boolean {
    const act = actOf(drop)
    return this.ids.some((id) => {
      const row = conversations.find(id)
      return !row || changes(row, act)
    })
  }

  move(over: Drop | null) {
    this.over = over !== null && this.takes(over) ? over : null
  }

  /** The same of a project. */
  moveBeside(place: Place | null) {
    this.over = place !== null && this.#ordered(place).some((id, at) => id !== projects.all[at]?.id) ? place : null
  }

  /** The projects as they stand then. */
  #ordered(place: Place): number[] {
    const others = projects.all.map(({ id }) => id).filter((id) => id !== this.project)
    const at = others.indexOf(numberOf(place)) + (place.startsWith('after') ? 1 : 0)
    return this.project === null ? others : others.toSpliced(at, 0, this.project)
  }

  async drop() {
    const { ids, over, project } = this
    const order = project !== null && over !== null ? this.#ordered(over as Place) : null
    this.end()
    if (order) return projects.order(order)
    if (over === null) return
    const act = actOf(over as Drop)
    if (over === 'delete') return conversations.remove(ids)
    if (!(await conversations.organize(ids, act)) || act.kind !== 'project') return
    const into = projects.find(act.id)
    if (into) announcer.say(words.chats.movedTo(ids.length, into.name))
  }

  end() {
    this.pressed = null
    this.ids = []
    this.project = null
    this.over = null
  }
}

export const dragging = new Dragging()
