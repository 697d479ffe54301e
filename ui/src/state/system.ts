// What is handed to the system: links, text for the clipboard, code as a file.
import * as ipc from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { notices } from './notices.svelte'

export const links = {
  keys: 'https://poe.com/api/keys',
  clients: 'https://poe.com/api/clients',
  status: 'https://status.poe.com',
  plans: 'https://poe.com/subscribe',
  docs: 'https://creator.poe.com/docs/external-applications/openai-compatible-api',
} as const

export const poeBaseUrl = 'https://api.poe.com/v1'

export async function openLink(url: string) {
  await ipc.attempt(() => ipc.openLink(url), notices.refuse)
}

const put = (text: string) => ipc.attempt(() => ipc.copyText(text), notices.refuse)

export async function saveCode(language: string | null, text: string) {
  await ipc.attempt(async () => {
    if (await ipc.saveCode(language, text)) announcer.say(words.done.fileSaved)
  }, notices.refuse)
}

export async function copy(text: string, said: string = words.chat.copied) {
  if (await put(text)) announcer.say(said)
}

/** Where the button itself shows that it was done. Says whether it was. */
export async function copyInPlace(text: string, said: string = words.chat.copied): Promise<boolean> {
  const isDone = await put(text)
  if (isDone) announcer.hear(said)
  return isDone
}
