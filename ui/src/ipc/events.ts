// Announcements of the Rust side: each carries its new value whole.
import { listen } from '@tauri-apps/api/event'
import type {
  AccountView,
  BalanceView,
  ConversationView,
  ErrorCard,
  LiveView,
  MessageNews,
  LogView,
  ModelsView,
  QuitView,
  SettingsView,
} from './types'

export type Announcements = {
  account: AccountView
  balance: BalanceView
  conversations: ConversationView[]
  live: LiveView[]
  models: ModelsView
  settings: SettingsView
  notices: ErrorCard[]
  message: MessageNews
  log: LogView
  quit: QuitView | null
}

/** Resolves once every listener stands, so that nothing announced after it is missed. */
export async function onAnnouncements(takers: { [Name in keyof Announcements]: (value: Announcements[Name]) => void }) {
  const names = Object.keys(takers) as (keyof Announcements)[]
  await Promise.all(
    names.map((name) => listen(name, ({ payload }) => (takers[name] as (value: unknown) => void)(payload))),
  )
}
