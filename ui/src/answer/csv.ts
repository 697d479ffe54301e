// A table of an answer as text that spreadsheets read (RFC 4180).

/** A formula of a spreadsheet begins with one of these, and would be run when the file is opened. */
const STARTS_FORMULA = /^[=+@\t\r]|^-(?![\d.,\s]*$)/

export const csvOf = (table: HTMLTableElement): string => [...table.rows].map((row) => [...row.cells].map(cell).join(',')).join('\r\n')

function cell({ textContent }: HTMLTableCellElement): string {
  const text = textContent.trim()
  const safe = STARTS_FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
