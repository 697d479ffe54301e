// What the first view says in English, a file for each subject. Its type is what any other language has to say.
import { attachments } from './attachments'
import { banner } from './banner'
import { boot } from './boot'
import { card } from './card'
import { charge } from './charge'
import { chat } from './chat'
import { chats } from './chats'
import { compare } from './compare'
import { done } from './done'
import { keychain } from './keychain'
import { lamp } from './lamp'
import { menu } from './menu'
import { nav } from './nav'
import { picker } from './picker'
import { prices } from './prices'
import { prompts } from './prompts'
import { purse } from './purse'
import { tag } from './grammar'
import { time } from './time'
import { told } from './told'

export const en = {
  app: 'Telltale',
  attachments,
  banner,
  boot,
  card,
  charge,
  chat,
  chats,
  compare,
  done,
  keychain,
  lamp,
  menu,
  nav,
  picker,
  prices,
  prompts,
  purse,
  tag,
  time,
  told,
}

export type Words = typeof en
