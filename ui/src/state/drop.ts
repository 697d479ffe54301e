// What becomes of what is dragged where it is let go. Menus and keys do the same.
import type { ConversationView, Organize } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { conversations } from './conversations.svelte'
import { dragging } from './dragging.svelte'
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

/** Whether it would change anything of what is on its way. One that the list has not read yet may change. */
export function takes(drop: Drop): boolean {
  const act = actOf(drop)
  return dragging.ids.some((id) => {
    const row = conversations.find(id)
    return !row || changes(row, act)
  })
}

export function moveOver(drop: Drop | null) {
  dragging.over = drop !== null && takes(drop) ? drop : null
}

/** The same of a project. */
export function moveBeside(place: Place | null) {
  dragging.over = place !== null && ordered(place).some((id, at) => id !== projects.all[at]?.id) ? place : null
}

/** The projects as they stand then. */
function ordered(place: Place): number[] {
  const { project } = dragging
  const others = projects.all.map(({ id }) => id).filter((id) => id !== project)
  const at = others.indexOf(numberOf(place)) + (place.startsWith('after') ? 1 : 0)
  return project === null ? others : others.toSpliced(at, 0, project)
}

export async function drop() {
  const { ids, over, project } = dragging
  const order = project !== null && over !== null ? ordered(over as Place) : null
  dragging.end()
  if (order) return projects.order(order)
  if (over === null) return
  const act = actOf(over as Drop)
  if (over === 'delete') return conversations.remove(ids)
  if (!(await conversations.organize(ids, act)) || act.kind !== 'project') return
  const into = projects.find(act.id)
  if (into) announcer.say(words.chats.movedTo(ids.length, into.name))
}
