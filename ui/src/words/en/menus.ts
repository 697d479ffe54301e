// The menus of a right click.
import type { ExportFormat } from '../../ipc'

export const menus = {
  chat: 'Chat',
  message: 'Message',
  page: 'Page',
  copyTitle: 'Copy title',
  export: 'Export…',
  exportAs: 'Export as',
  formats: { markdown: 'Markdown', html: 'Web page (HTML)', json: 'JSON, with everything', text: 'Plain text' } satisfies Record<ExportFormat, string>,
  print: 'Print…',
  copyTable: 'Copy table as CSV',
  copyFormula: 'Copy as TeX',
  putBack: 'Put back',
  pin: 'Pin',
  unpin: 'Unpin',
  archive: 'Archive',
  unarchive: 'Move out of archive',
  duplicate: 'Duplicate',
  toProject: 'Move to project…',
  project: 'Project',
  openLink: 'Open link',
  copyAddress: 'Copy address',
  copySelection: 'Copy selection',
  copyText: 'Copy text',
  copyMarkdown: 'Copy as Markdown',
  unwrap: 'Stop wrapping lines',
}
