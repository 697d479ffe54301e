// What the menus of a chat and of the list have in common.

export const menu = {
  of: (title: string) => `More for ${title}`,
  rename: 'Rename',
  cost: 'What it cost',
  delete: 'Delete',
  deleteForGood: 'Delete for good',
}
