// Announcements of the Rust side: each carries its new value whole.
import { listen } from '@tauri-apps/api/event'
import type { Announcements } from './types'

export type Takers = { [Name in keyof Announcements]: (value: Announcements[Name]) => void }

/** Resolves once every listener stands, so that nothing announced after it is missed. */
export async function onAnnouncements(takers: Takers, heard: (name: keyof Announcements) => void) {
  const names = Object.keys(takers) as (keyof Announcements)[]
  const take = (name: keyof Announcements, value: unknown) => {
    heard(name)
    ;(takers[name] as (value: unknown) => void)(value)
  }
  await Promise.all(names.map((name) => listen(name, ({ payload }) => take(name, payload))))
}
