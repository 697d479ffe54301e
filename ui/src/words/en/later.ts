// What the views and panels say in English that no start waits for.
import { accounts } from './accounts'
import { balance } from './balance'
import { connection } from './connection'
import { consent } from './consent'
import { context } from './context'
import { doctor } from './doctor'
import { gallery } from './gallery'
import { help } from './help'
import { ladder } from './ladder'
import { log } from './log'
import { media } from './media'
import { models } from './models'
import { outline } from './outline'
import { parameters } from './parameters'
import { projects } from './projects'
import { promptPages } from './promptPages'
import { quit } from './quit'
import { receipt } from './receipt'
import { search } from './search'
import { setUp } from './setUp'
import { settings } from './settings'
import { signIn } from './signIn'
import { transfer } from './transfer'
import { typed } from './typed'
import { usage } from './usage'

export const enLater = {
  accounts,
  balance,
  connection,
  consent,
  context,
  doctor,
  gallery,
  help,
  ladder,
  log,
  media,
  models,
  outline,
  parameters,
  projects,
  promptPages,
  quit,
  receipt,
  search,
  setUp,
  settings,
  signIn,
  transfer,
  typed,
  usage,
}

export type LaterWords = typeof enLater
