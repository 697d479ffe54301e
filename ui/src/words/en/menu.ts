// The menus of a right click.

export const menu = {
  chat: 'Chat',
  message: 'Message',
  page: 'Page',
  of: (title: string) => `More for ${title}`,
  rename: 'Rename',
  copyTitle: 'Copy title',
  cost: 'What it cost',
  delete: 'Delete',
  openLink: 'Open link',
  copyAddress: 'Copy address',
  copySelection: 'Copy selection',
  copyText: 'Copy text',
  copyMarkdown: 'Copy as Markdown',
  unwrap: 'Stop wrapping lines',
}
