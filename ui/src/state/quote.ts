// Words of a message as a quote in the one that is being written.

/** The text with the quote where the cursor was, a blank line on each side of it, and where the cursor is then. */
export function withQuote(text: string, at: number, quoted: string): { text: string; cursor: number } {
  const lines = quoted.trim().split('\n')
  const quote = lines.map((line) => (line.trim() === '' ? '>' : `> ${line.trimEnd()}`)).join('\n')
  const before = text.slice(0, at).trimEnd()
  const start = `${before}${before === '' ? '' : '\n\n'}${quote}\n\n`
  return { text: start + text.slice(at).replace(/^\n+/, ''), cursor: start.length }
}
