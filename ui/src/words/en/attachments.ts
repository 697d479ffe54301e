// Files of a message.
import { plural } from './grammar'

export const attachments = {
  label: 'Attached files',
  attach: 'Attach files',
  drop: 'Drop files to attach them',
  attached: (name: string) => `${name} attached`,
  removed: (name: string) => `${name} removed`,
  remove: (name: string) => `Remove ${name}`,
  leaveOut: (name: string) => `Stop sending ${name}`,
  include: (name: string) => `Include ${name} again`,
  leaveOutShort: 'Stop sending',
  includeShort: 'Include again',
  leftOut: 'not included',
  /** A PDF may say only between how many. */
  pages: (least: number, most: number) => (least === most ? plural(least, 'page', 'pages') : `up to ${plural(most, 'page', 'pages')}`),
  points: (between: string) => `≈ ${between} points`,
  reading: (n: number) => `Reading ${plural(n, 'file', 'files')}…`,
  notYet: (n: number) => `Not sent yet: still reading ${plural(n, 'file', 'files')}.`,
  pasted: 'Pasted text',
  pastedName: (n: number) => (n === 1 ? 'Pasted text.txt' : `Pasted text ${n}.txt`),
  pastedImage: (n: number) => (n === 1 ? 'Pasted image.png' : `Pasted image ${n}.png`),
  becameFile: 'Long text is sent as a file.',
  intoBox: 'Put it in the box',
  kinds: { text: 'TXT', image: 'IMG', audio: 'AUD', video: 'VID', pdf: 'PDF' },
  /** `project`: its name. */
  along: (files: number, project: string) => `${plural(files, 'file', 'files')} of ${project} ${files === 1 ? 'goes' : 'go'} with each message`,
}
