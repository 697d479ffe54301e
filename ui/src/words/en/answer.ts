// The tools of code and tables in an answer.
import { plural } from './grammar'

export const answer = {
  copy: 'Copy',
  copyCode: 'Copy code',
  save: 'Save',
  saveCode: 'Save code',
  fileSaved: 'Saved',
  wrap: 'Wrap',
  noLanguage: 'text',
  lines: (lines: number) => plural(lines, 'line', 'lines'),
  wrapCode: 'Wrap lines',
  showAll: (lines: number) => `Show all ${plural(lines, 'line', 'lines')}`,
  showAllCode: (lines: number) => `Show all ${plural(lines, 'line', 'lines')} of code`,
  showLess: 'Show less',
  showLessCode: 'Show less code',
  done: 'Done',
  open: 'To do',
}
