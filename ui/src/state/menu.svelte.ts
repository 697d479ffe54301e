// The one menu that the window may show: what is in it, and where. The focus goes back to where it was when it closes.

export type MenuEntry = {
  label: string
  act: () => unknown
  /** Beside the label: what it would cost, once that is known. */
  note?: string | Promise<string>
  /** What cannot be taken back asks once more, in the menu. */
  ask?: { question: string; yes: string; no: string }
  danger?: boolean
  /** One of several that exclude one another: whether it is the one. */
  isChosen?: boolean
}

/** Lines stand between groups; a group may be empty. */
export type MenuGroups = readonly (readonly MenuEntry[])[]

/** Of the pointer, or of what the menu belongs to: it opens below, or above where there is no room. */
export type MenuPlace = { x: number; top: number; bottom: number }

export const below = (element: Element): MenuPlace => {
  const { left, top, bottom } = element.getBoundingClientRect()
  return { x: left, top, bottom }
}

type Opened = { groups: MenuGroups; place: MenuPlace; label: string; byKeyboard: boolean }

class Menu {
  opened = $state.raw<Opened | null>(null)
  #before: Element | null = null

  /** Says whether there was anything to show. */
  open(opened: Opened): boolean {
    const groups = opened.groups.filter((group) => group.length > 0)
    if (groups.length === 0) {
      this.close()
      return false
    }
    if (this.opened === null) this.#before = document.activeElement
    this.opened = { ...opened, groups }
    return true
  }

  close() {
    if (this.opened === null) return
    this.opened = null
    if (this.#before instanceof HTMLElement && this.#before.isConnected) this.#before.focus({ preventScroll: true })
    this.#before = null
  }
}

export const menu = new Menu()
