// What is said once an act of the settings is done.
import { plural } from './grammar'

export const done = {
  textSizeIs: (percent: number) => `Text size: ${percent}%`,
  saved: 'Saved',
  fileSaved: 'Saved',
  savedAndSent: 'Saved. Resending your message.',
  moved: 'Your data is in the new folder',
  backedUp: 'Backup made',
  restored: 'Backup restored',
  exported: (chats: number, file: string) => `Exported ${plural(chats, 'chat', 'chats')} to ${file}`,
  imported: (chats: number) => `${plural(chats, 'chat', 'chats')} imported`,
  printing: 'Opened in your browser to print',
}
