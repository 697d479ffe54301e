// What a snippet leaves open: `{{name}}` in its text. Pure.

/** Braces within braces, and names over several lines, are text. */
const VARIABLE = /\{\{[ \t]*([^{}\s](?:[^{}\n]{0,58}[^{}\s])?)[ \t]*\}\}/gu

/** Each once, in the order in which they are first met. */
export function variablesOf(text: string): string[] {
  return [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name as string))]
}

/** With these values. What a value holds is text, whatever it looks like. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (whole, name: string) => (Object.hasOwn(values, name) ? (values[name] ?? '') : whole))
}
