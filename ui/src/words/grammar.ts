// How a language writes numbers and names what the web view knows a name for, by the rules that come with it.
function read(tag: string) {
  const whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  const oneDigit = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  const tenths = new Intl.NumberFormat(tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 })
  const plurals = new Intl.PluralRules(tag)
  const month = new Intl.DateTimeFormat(tag, { month: 'long' })
  const monthAndYear = new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric' })
  const languages = new Intl.DisplayNames(tag, { type: 'language' })
  return {
    count: (n: number) => whole.format(n),
    oneDigit: (n: number) => oneDigit.format(n),
    tenths: (n: number) => tenths.format(n),
    plural: (n: number) => plurals.select(n),
    month: (at: number) => month.format(at),
    monthAndYear: (at: number) => monthAndYear.format(at),
    language: (code: string) => languages.of(code),
    dollars: (decimal: Intl.StringNumericLiteral, digits: number) =>
      new Intl.NumberFormat(tag, { style: 'currency', currency: 'USD', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(decimal),
  }
}

const known = new Map<string, ReturnType<typeof read>>()

export function grammar(tag: string) {
  const found = known.get(tag) ?? read(tag)
  known.set(tag, found)
  return found
}
