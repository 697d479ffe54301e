// Chats that go out into files and come in from them.
import type { ImportSource, LeftOutWhy, TransferAct } from '../../ipc'
import { count, plural } from './grammar'

const chats = (n: number) => plural(n, 'chat', 'chats')

export const transfer = {
  exportTitle: 'Export',
  exportHint: 'All chats as one file. JSON keeps everything and can be imported again; the others are for reading.',
  exportAll: 'Export all…',
  importTitle: 'Import',
  importHint: 'From Telltale, ChatGPT, Claude, Chatbox or NextChat: the .json or .zip file you got there. Poe has no export, so chats made on poe.com can’t be imported.',
  importFiles: 'Import…',
  reading: 'Reading…',
  acts: { export: 'Exporting', read: 'Reading', import: 'Importing', cancel: 'Undoing' } satisfies Record<TransferAct, string>,
  progress: (done: number, of: number) => `${count(done)} of ${count(of)}`,
  percent: (percent: number) => `${count(percent)}%`,
  cancel: 'Cancel',
  cancelling: 'Cancelling…',

  found: (n: number) => `Import ${chats(n)}?`,
  foundNone: 'Nothing new to import',
  from: (files: string) => `From ${files}`,
  sources: {
    telltale: 'Telltale',
    chatGpt: 'ChatGPT',
    claude: 'Claude',
    chatbox: 'Chatbox',
    nextChat: 'NextChat',
  } satisfies Record<ImportSource, string>,
  made: 'Made with',
  chats: 'Chats',
  messages: 'Messages',
  projects: 'Projects',
  files: 'Files',
  dates: 'Dates',
  between: (from: string, to: string) => (from === to ? from : `${from} to ${to}`),
  here: (n: number) => (n === 1 ? '1 is already here. Only new messages are added to it.' : `${count(n)} are already here. Only new messages are added to them.`),
  leftOut: 'Left out',
  why: {
    empty: (n) => `${plural(n, 'chat', 'chats')} without messages`,
    broken: (n) => `${plural(n, 'chat', 'chats')} that can’t be read`,
    notInFile: (n) => `${plural(n, 'chat', 'chats')} named in the file, but not in it`,
    tooLarge: (n) => `${plural(n, 'chat', 'chats')} too large to open`,
    twice: (n) => `${plural(n, 'copy', 'copies')} of the same chat`,
    lostMessage: (n) => `${plural(n, 'message', 'messages')} out of place`,
    fileNotInFile: (n) => `${plural(n, 'attachment', 'attachments')} not in the file`,
    fileTooLarge: (n) => `${plural(n, 'attachment', 'attachments')} too large`,
    settings: () => 'Settings and keys of the other app',
    otherFile: (n) => `${plural(n, 'file', 'files')} without chats`,
    partMissing: (n) => `${plural(n, 'part', 'parts')} of the export, not in the same folder`,
    cutOff: (n) => (n === 1 ? 'What comes after the file breaks off' : `What comes after ${count(n)} files break off`),
  } satisfies Record<LeftOutWhy, (n: number) => string>,
  named: (what: string, names: string[], more: boolean) => `${what}: ${names.join(', ')}${more ? '…' : ''}`,
  accept: 'Import',
  discard: 'Cancel',
  close: 'Close',

  imported: (n: number) => `${chats(n)} imported.`,
  added: (n: number) => `${plural(n, 'message', 'messages')} added to chats you have.`,
  nothingNew: 'Everything in it was here already.',
  show: 'Show',
}
