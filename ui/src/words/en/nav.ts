// The frame: its links, the menu of a narrow window, the way past them.

export const nav = {
  main: 'Main',
  chat: 'Chat',
  models: 'Models',
  prompts: 'Prompts',
  media: 'Media',
  balance: 'Balance',
  usage: 'Usage',
  settings: 'Settings',
  help: 'Help',
  openMenu: 'Open menu',
  closeMenu: 'Close menu',
  skip: 'Skip to content',
}
