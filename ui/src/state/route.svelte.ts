// Which view the window shows, kept in the address so that a reload comes back to it.

export type View = 'chat' | 'models' | 'balance' | 'usage' | 'settings' | 'help' | 'gallery' | 'log' | 'setup' | 'doctor' | 'project' | 'prompts' | 'search' | 'media'
const views: readonly string[] = ['chat', 'models', 'balance', 'usage', 'settings', 'help', 'gallery', 'log', 'setup', 'doctor', 'project', 'prompts', 'search', 'media']

class Route {
  view = $state<View>('chat')
  /** What follows the view: a chat's id, a help page's code, what to look for in the log. */
  rest = $state('')

  constructor() {
    this.#read()
    window.addEventListener('hashchange', () => this.#read())
  }

  get conversation(): number | null {
    const id = Number(this.rest)
    return this.view === 'chat' && Number.isInteger(id) && id > 0 ? id : null
  }

  /** The address names no place: the app has just started. */
  get isUnset() {
    return location.hash === ''
  }

  go(view: View, rest: string | number = '') {
    const hash = rest === '' ? `#${view}` : `#${view}/${rest}`
    if (location.hash !== hash) location.hash = hash
    this.#read()
  }

  #read() {
    const [view = '', rest = ''] = location.hash.slice(1).split('/')
    this.view = views.includes(view) ? (view as View) : 'chat'
    this.rest = decodeURIComponent(rest)
  }
}

export const route = new Route()
