// News that the desktop tells, too: who looks at the window hears it here.
import type { Notice } from '../ipc'
import { words } from '../words'
import { announcer } from './announcer.svelte'
import { links, openLink } from './system'

/** What the other kinds are about stands in the window already: a banner, a line over the list, an answer. */
export function takeNotice(notice: Notice) {
  if (!document.hasFocus()) return
  if (notice.kind === 'lowBalance') announcer.offer(words.told.low(notice.points, notice.level), words.told.getPoints, () => openLink(links.keys))
  else if (notice.kind === 'refill') announcer.say(words.told.refill(notice.added))
}
