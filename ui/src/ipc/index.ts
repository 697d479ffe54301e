// The door to the Rust side: the only folder that knows Tauri.
export * from './card'
export * from './commands'
export * from './events'
export type * from './types'
