// The door to the Rust side: the only folder that knows Tauri.
export * from './card'
export * from './commands'
// Named one by one, so that they stand before the bare commands of the same names.
export { addAttachment, addPastedText, addProjectFile, refuseFile, watch } from './calls'
export * from './events'
export type * from './types'
