// Keys that work everywhere in the window.
import { chat } from './chat.svelte'
import { panels } from './panels.svelte'
import { quitting } from './quitting.svelte'
import { route } from './route.svelte'

export function newChat(model: string | null = null) {
  chat.startNew(model)
  panels.closePicker()
  panels.closeParameters()
  route.go('chat')
}

export function onShortcut(event: KeyboardEvent) {
  if (event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return
  const key = event.key.toLowerCase()
  if (key === 'n') newChat()
  else if (key === 'q' && !event.repeat) void quitting.step('ask')
  else if (key === 'k' && route.view === 'chat') panels.openPicker()
  else return
  event.preventDefault()
}
