// Chats that are dragged out of the list with the pointer, or a project among the others: what is on its way, and over what.
import { conversations } from './conversations.svelte'

class Dragging {
  /** On what the pointer went down, and where. */
  pressed = $state.raw<{ what: 'chat' | 'project'; id: number; x: number; y: number } | null>(null)
  /** Chats that are on their way; none before the pointer has moved. */
  ids = $state.raw<readonly number[]>([])
  /** The same of a project. */
  project = $state<number | null>(null)
  /** Where they are, by its name on the page, if that would change anything. */
  over = $state<string | null>(null)

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

  end() {
    this.pressed = null
    this.ids = []
    this.project = null
    this.over = null
  }
}

export const dragging = new Dragging()
