// The chat of which nothing is kept on this computer: one at a time, begun and ended by a press.
import * as ipc from '../ipc'
import type { ConversationView } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { chat } from './chat.svelte'
import type { Composer } from './composer.svelte'
import { conversations } from './conversations.svelte'
import { notices } from './notices.svelte'
import { route } from './route.svelte'
import { newChat } from './shortcuts'

let beginning: Promise<ConversationView> | null = null

/** Of two presses at once the second waits for what the first begins. */
function begin({ model, parameters }: Composer): Promise<ConversationView> {
  beginning ??= ipc.beginTemporaryChat(model ?? '', { ...parameters, budget: null }).finally(() => (beginning = null))
  return beginning
}

/** The one that is there is opened: nothing of it is lost by a press that asks for one. */
export async function openTemporary() {
  const { composer } = chat
  await ipc.attempt(async () => {
    const view = conversations.temporary ?? (await begin(composer))
    conversations.temporary = view
    route.go('chat', view.id)
  }, notices.refuse)
  composer.focusWishes++
}

export async function endTemporary() {
  const id = conversations.temporary?.id
  if (id === undefined) return
  if (chat.id === id) newChat()
  if (!(await conversations.discard(id))) return
  announcer.say(words.chats.temporary.ended)
  chat.composer.focusWishes++
}
