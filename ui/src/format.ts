// Numbers, money and times as a person reads them. Pure: "now" is passed in.

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 })
const day = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric' })
const dayAndYear = new Intl.DateTimeFormat('en-US', { month: 'short', day: 'numeric', year: 'numeric' })
const clockTime = new Intl.DateTimeFormat('en-US', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

export const NONE = '—'

/** "3.4 MB": decimal units, as file managers show them. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${whole.format(bytes)} B`
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${(value < 10 ? oneDigit : whole).format(value)} ${unit}`
}

export const count = (n: number | null) => (n === null ? NONE : whole.format(n))

/** Two digits are enough of what is only an estimate, and none that is not there: 836 is "830". */
export function atLeast(n: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1)
  return whole.format(Math.floor(n / step) * step)
}

/** A number of tokens at a glance, never more than there are: "1M", "200k". */
export function tokens(n: number): string {
  if (n < 1000) return whole.format(n)
  if (n < 1e6) return `${whole.format(Math.floor(n / 1e3))}k`
  return `${oneDigit.format(Math.floor(n / 1e5) / 10)}M`
}

/** "40 s ago", in steps that a glance can tell apart. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.round(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.round(hours / 24)
  return days === 1 ? '1 day ago' : `${days} days ago`
}

/** What is left until a point in time: "0:12", "1:04:09". Never below zero. */
export function countdown(at: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((at - now) / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A length of time: "0.4 s", "6.1 s", "1 min 20 s". */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 60) return `${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}

/** A running clock counts whole seconds, so that it changes once a second. */
export const elapsed = (ms: number) =>
  ms < 60_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : `${Math.floor(ms / 60_000)} min ${Math.floor(ms / 1000) % 60} s`

export const took = (ms: number) => (ms < 1000 ? `${whole.format(ms)} ms` : duration(ms))

export const rate = (n: number) => (n < 10 ? oneDigit.format(n) : whole.format(n))

/** A decimal string in dollars, at least two digits after the point, none of its digits lost: "$0.50", "$0.0042". */
export function dollars(decimal: string): string {
  const match = /^(-?)\$?(\d+)(?:\.(\d*))?$/.exec(decimal.trim())
  if (!match) return decimal
  const [, sign = '', units = '0', rest = ''] = match
  const digits = rest.replace(/0+$/, '').padEnd(2, '0')
  return `${sign}$${whole.format(BigInt(units))}.${digits}`
}

function isSameDay(a: number, b: number) {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

/** The time of day today, the date before: "14:02", "Nov 3, 14:02", "Dec 30, 2025". */
export function moment(at: number, now: number): string {
  if (isSameDay(at, now)) return clockTime.format(at)
  if (new Date(at).getFullYear() !== new Date(now).getFullYear()) return dayAndYear.format(at)
  return `${day.format(at)}, ${clockTime.format(at)}`
}

const exactTime = new Intl.DateTimeFormat('en-US', { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

/** To the second, for what happens often: "14:02:07", "Nov 3, 14:02:07". */
export function exactly(at: number, now: number): string {
  if (isSameDay(at, now)) return exactTime.format(at)
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return `${(isThisYear ? day : dayAndYear).format(at)}, ${exactTime.format(at)}`
}

/** Times of a list, to the second where two of them would read the same. */
export function moments(all: readonly number[], now: number): string[] {
  const told = all.map((at) => moment(at, now))
  const isAlone = (text: string) => told.indexOf(text) === told.lastIndexOf(text)
  return all.map((at, i) => (isAlone(told[i] ?? '') ? (told[i] ?? '') : exactly(at, now)))
}

export const date = (at: number) => dayAndYear.format(at)

const monthName = new Intl.DateTimeFormat('en-US', { month: 'long' })
const monthAndYear = new Intl.DateTimeFormat('en-US', { month: 'long', year: 'numeric' })

/** "October", "October 2025". */
export const month = (at: number, now: number) =>
  (new Date(at).getFullYear() === new Date(now).getFullYear() ? monthName : monthAndYear).format(at)

/** A part of a list, the newest first: a name, or a time within the month that it is. */
export type Period = 'today' | 'yesterday' | 'week' | number

/** Which part of a list a time belongs to; made once for a list, since each day's start has to be found. */
export function periods(now: number): (at: number) => Period {
  const daysAgo = (days: number) => {
    const start = new Date(now)
    start.setHours(0, 0, 0, 0)
    start.setDate(start.getDate() - days)
    return start.getTime()
  }
  const [today, yesterday, week] = [daysAgo(0), daysAgo(1), daysAgo(7)]
  return (at) => {
    if (at >= today) return 'today'
    if (at >= yesterday) return 'yesterday'
    if (at >= week) return 'week'
    const first = new Date(at)
    return new Date(first.getFullYear(), first.getMonth(), 1).getTime()
  }
}

const languages = new Intl.DisplayNames('en-US', { type: 'language' })

/** A language as the system names it, in words: "de_AT" is "Austrian German". */
export function language(name: string): string {
  try {
    return languages.of(name.replace('_', '-')) ?? name
  } catch {
    return name
  }
}
