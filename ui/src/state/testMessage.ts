// A first small message, sent only where the person asks for it: ten tokens at most, in a chat of its own.
import * as ipc from '../ipc'
import { words } from '../words'
import { conversations } from './conversations.svelte'

export const mostTokens = 10

/** The id of the chat in which the answer appears. */
export async function sendTestMessage(): Promise<number> {
  const chat = await conversations.create(null)
  await conversations.change(chat.id, { parameters: { ...chat.parameters, maxTokens: mostTokens } })
  try {
    await ipc.send(chat.id, words.setUp.testAsks, null, [])
  } finally {
    // Only this message is kept short; whoever goes on in the chat gets whole answers.
    await conversations.change(chat.id, { parameters: chat.parameters })
  }
  return chat.id
}
