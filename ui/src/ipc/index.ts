export * from './card'
export * from './commands'
export * from './events'
export type * from './types'
