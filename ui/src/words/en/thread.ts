// What stands in a chat that is open, in English: the first view of who has one, and no part of the window's frame.
import { answer } from './answer'
import { emptyChat } from './emptyChat'
import { menus } from './menus'
import { message } from './message'
import { sideBySide } from './sideBySide'

export const enThread = { answer, emptyChat, menus, message, sideBySide }

export type ThreadWords = typeof enThread
