// The list of chats, and what can be done with one.
import type { ConversationMark } from '../../ipc'
import { count } from './grammar'

export const chats = {
  list: 'Chats',
  newChat: 'New chat',
  newChatKeys: { mac: '⌘ N', other: 'Ctrl N' },
  untitled: 'Untitled chat',
  today: 'Today',
  yesterday: 'Yesterday',
  week: 'Previous 7 days',
  empty: 'Your chats will be listed here.',
  live: 'answering',
  waiting: 'waiting',
  marks: { needsYou: 'needs you', failed: 'failed', unread: 'new answer' } satisfies Record<ConversationMark, string>,
  waitingMany: (n: number) => `${count(n)} waiting`,
  rename: 'Rename chat',
  title: 'Title of this chat',
  delete: 'Delete chat',
  deleteSure: 'Delete this chat?',
  keep: 'Cancel',
  menu: 'More for this chat',
  perSecond: (n: string) => `${n} tok/s`,
}
