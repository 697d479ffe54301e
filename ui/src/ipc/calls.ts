// The calls that are more than their command: a file's bytes with headers, and an answer that is listened to for a while.
import type { DraftPlace, TurnUpdate } from './types'
import * as commands from './commands'

/** A snapshot first, then changes. The returned function ends the listening; the turn itself goes on. */
export function watch(messageId: number, onUpdate: (update: TurnUpdate) => void, onFailure: (e: unknown) => void) {
  let listening = true
  commands.watch(messageId, (update) => listening && onUpdate(update)).catch(onFailure)
  return () => {
    listening = false
  }
}

/** The bytes go as they are; the headers of a call take no letters beyond ASCII. */
export const addAttachment = (place: DraftPlace, name: string, bytes: ArrayBuffer) =>
  commands.addAttachment(bytes, { 'x-name': encodeURIComponent(name), ...headersOf(place) })
/** The same for a project. */
export const addProjectFile = (project: number, name: string, bytes: ArrayBuffer | Uint8Array) =>
  commands.addAttachment(bytes, { 'x-name': encodeURIComponent(name), 'x-project': String(project) })
/** Text is text, whatever it begins with. */
export const addPastedText = (place: DraftPlace, name: string, bytes: Uint8Array) =>
  commands.addAttachment(bytes, { 'x-name': encodeURIComponent(name), 'x-pasted': 'true', ...headersOf(place) })
/** Has Rust say why a file is not taken that the window could not even read: a folder, its size, anything else. */
export const refuseFile = (name: string, problem: string) =>
  commands.addAttachment(new Uint8Array(), { 'x-name': encodeURIComponent(name), 'x-problem': problem }) as Promise<never>
const headersOf = ({ conversationId, insteadOf }: DraftPlace) => ({
  ...(conversationId === null ? {} : { 'x-conversation': String(conversationId) }),
  ...(insteadOf === null ? {} : { 'x-instead-of': String(insteadOf) }),
})
