// The projects: what chats that belong together begin with.
import * as ipc from '../ipc'
import type { ProjectChange, ProjectView } from '../ipc'
import { conversations } from './conversations.svelte'
import { notices } from './notices.svelte'

/** In the order in which new ones take them. */
export const colors = ['blue', 'green', 'amber', 'red', 'violet', 'gray'] as const

class Projects {
  all = $state.raw<readonly ProjectView[]>([])

  find(id: number | null): ProjectView | undefined {
    return this.all.find((project) => project.id === id)
  }

  /** The one whose chats are listed: a new chat begins in it. */
  get current(): ProjectView | undefined {
    return conversations.of.kind === 'project' ? this.find(conversations.of.id) : undefined
  }

  /** Its id; null where it could not be made. */
  async create(name: string): Promise<number | null> {
    let made: number | null = null
    await ipc.attempt(async () => {
      const project = await ipc.createProject(name, colors[this.all.length % colors.length] ?? 'blue')
      made = project.id
    }, notices.refuse)
    return made
  }

  change(id: number, change: Partial<ProjectChange>) {
    return ipc.attempt(() => ipc.changeProject(id, change), notices.refuse)
  }

  /** From now on in this order. */
  order(ids: readonly number[]) {
    return ipc.attempt(() => ipc.orderProjects([...ids]), notices.refuse)
  }

  /** Before the one that stands above it, or behind the one below. */
  move(id: number, by: -1 | 1) {
    const others = this.all.map((project) => project.id).filter((other) => other !== id)
    return this.order(others.toSpliced(this.all.findIndex((project) => project.id === id) + by, 0, id))
  }

  async remove(id: number) {
    if (conversations.of.kind === 'project' && conversations.of.id === id) await conversations.show({ kind: 'chats' })
    await ipc.attempt(() => ipc.deleteProject(id), notices.refuse)
  }
}

export const projects = new Projects()
