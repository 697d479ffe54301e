// The tools of code and tables in an answer, its sources, and what it did with tools.
import type { ToolCallView } from '../../ipc'
import { plural } from './grammar'

export const answer = {
  copy: 'Copy',
  copyCode: 'Copy code',
  save: 'Save',
  saveCode: 'Save code',
  wrap: 'Wrap',
  noLanguage: 'text',
  lines: (lines: number) => plural(lines, 'line', 'lines'),
  wrapCode: 'Wrap lines',
  showAll: (lines: number) => `Show all ${plural(lines, 'line', 'lines')}`,
  showAllCode: (lines: number) => `Show all ${plural(lines, 'line', 'lines')} of code`,
  showLess: 'Show less',
  showLessCode: 'Show less code',
  /** What scrolls sideways. */
  wide: { code: 'Code', table: 'Table', formula: 'Formula' },
  done: 'Done',
  open: 'To do',
  sources: 'Sources',
  allSources: (n: number) => `Show all ${plural(n, 'source', 'sources')}`,
  fewerSources: 'Show fewer',
  /** What is folded. */
  toolCalls: (calls: readonly ToolCallView[]) =>
    calls.every(({ name, done }) => done && name === 'web_search') ? 'Searched the web' : plural(calls.length, 'tool call', 'tool calls'),
  toolCall: (name: string, done: boolean) =>
    done ? (name === 'web_search' ? 'Searched the web for' : `Used ${name}`) : `Wanted to use ${name === '' ? 'a tool' : name}. It wasn’t run.`,
}
