// The outline of a long chat.

export const outline = {
  filter: 'Find a question or heading',
  none: 'Nothing matches.',
  files: 'Files only',
}
