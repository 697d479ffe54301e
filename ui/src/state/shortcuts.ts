// Keys that work everywhere in the window.
import type { PromptView } from '../ipc'
import { later } from '../later.svelte'
import { chat } from './chat.svelte'
import { chatSearch } from './chatSearch.svelte'
import { conversations } from './conversations.svelte'
import { panels } from './panels.svelte'
import { quitting } from './quitting.svelte'
import { route } from './route.svelte'
import { settings } from './settings.svelte'

export function newChat(model: string | null = null) {
  chat.startNew(model)
  show()
}

export function newChatWith(preset: PromptView) {
  chat.startWith(preset)
  show()
}

function show() {
  panels.closePicker()
  panels.closeParameters()
  route.go('chat')
}

const print = (id: number) => later.do('transfer', ({ transfer }) => transfer.print(id))

export function onShortcut(event: KeyboardEvent) {
  if (event.altKey || !(event.ctrlKey || event.metaKey)) return
  const key = event.key.toLowerCase()
  // Where plus is a shifted key, it comes with Shift; where it is not, people press the key that it shares.
  const resize = ({ '+': 1, '=': 1, '-': -1, '_': -1, '0': 0 } as const)[key]
  if (resize !== undefined) void settings.resizeText(resize)
  else if (key === 'f' && (event.shiftKey || route.view === 'search')) chatSearch.open(true)
  else if (key === 'k' && event.shiftKey && route.view === 'chat') panels.openComparison()
  else if (event.shiftKey) return
  else if (key === 'n') newChat()
  else if (key === 'f' && route.view === 'chat' && chat.id !== null) later.do('find', ({ findInChat }) => findInChat.open())
  else if (key === 'q' && !event.repeat) void quitting.step('ask')
  // What is printed is written to a file first.
  else if (key === 'p' && route.view === 'chat' && chat.id !== null && !event.repeat && !conversations.find(chat.id)?.temporary) print(chat.id)
  else if (key === 'k' && route.view === 'chat') panels.openPicker()
  else return
  event.preventDefault()
}
