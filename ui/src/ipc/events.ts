// What the Rust side announces, over one channel: each event is one new value, whole.
import { listen } from './commands'
import type { Announcements } from './types'

export type Takers = { [Name in keyof Announcements]: (value: Announcements[Name]) => void }

/** Resolves once it is listened, so that nothing announced after it is missed. */
export const onAnnouncements = (takers: Takers, heard: (name: keyof Announcements) => void) =>
  listen((event) => {
    for (const [name, value] of Object.entries(event) as [keyof Announcements, unknown][]) {
      heard(name)
      ;(takers[name] as (value: unknown) => void)(value)
    }
  })
