// Numbers, money and times as a person reads them in the language of now. "Now" itself is passed in.
import { words } from './words'
import { grammar } from './words/grammar'

const written = () => grammar(words.tag)
const whole = (n: number) => written().count(n)
const oneDigit = (n: number) => written().oneDigit(n)

// Clock and dates as the system writes them: no locale is named.
const day = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' })
const dayAndYear = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric', year: 'numeric' })
const clockTime = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' })
const exactTime = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' })

// Of days that are counted and lie in no zone.
const ofCount = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(undefined, { ...options, timeZone: 'UTC' })
const countedDay = ofCount({ month: 'short', day: 'numeric' })
const countedDayAndYear = ofCount({ month: 'short', day: 'numeric', year: 'numeric' })
const countedMonth = ofCount({ month: 'short', year: 'numeric' })
const weekday = ofCount({ weekday: 'short', month: 'short', day: 'numeric' })
const weekdayAndYear = ofCount({ weekday: 'short', month: 'short', day: 'numeric', year: 'numeric' })
const hourOfDay = ofCount({ hour: 'numeric' })

export const NONE = '—'

/** "3.4 MB": decimal units, as file managers show them. */
export function fileSize(bytes: number): string {
  if (bytes < 1000) return `${whole(bytes)} B`
  const [value, unit] = bytes < 1e6 ? [bytes / 1e3, 'kB'] : bytes < 1e9 ? [bytes / 1e6, 'MB'] : [bytes / 1e9, 'GB']
  return `${(value < 10 ? oneDigit : whole)(value)} ${unit}`
}

export const count = (n: number | null) => (n === null ? NONE : whole(n))

/** Two digits are enough of what is only an estimate, and none that is not there: 836 is "830". */
export function atLeast(n: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, n))) - 1)
  return whole(Math.floor(n / step) * step)
}

/** The other way: 4,014 is "4,100". */
export function atMost(n: number): string {
  const step = Math.max(1, power(n) / 10)
  return whole(Math.ceil(n / step) * step)
}

/** Between what an estimate lies, outward and no finer than it is: "140–190". One figure where both ends are the same. */
export function between({ low, high }: { low: number; high: number }): string {
  if (low === high) return whole(low)
  const step = (n: number) => Math.max(1, Math.min(power(high - low), power(n) / 10))
  const [from, to] = [Math.floor(low / step(low)) * step(low), Math.ceil(high / step(high)) * step(high)]
  return words.chat.between(whole(from), whole(to))
}

/** No finer than an estimate is: 378 is 380. */
export function roughly(n: number): number {
  const step = Math.max(1, power(n) / 10)
  return Math.round(n / step) * step
}

/** The figure for a range where one has to do, no finer than its ends. */
export function middle({ low, high }: { low: number; high: number }): number {
  return low === high ? low : roughly(Math.sqrt(low * high))
}

const power = (n: number) => 10 ** Math.floor(Math.log10(Math.max(1, n)))

/** A number of tokens at a glance, never more than there are: "1M", "200k". */
export function tokens(n: number): string {
  if (n < 1000) return whole(n)
  if (n < 1e6) return `${whole(Math.floor(n / 1e3))}k`
  return `${oneDigit(Math.floor(n / 1e5) / 10)}M`
}

/** A number on an axis, where there is room for little: "500", "2.5k", "1.2M". */
export function short(n: number): string {
  const size = Math.abs(n)
  if (size < 1e3) return whole(n)
  const [value, unit] = size < 1e6 ? [n / 1e3, 'k'] : size < 1e9 ? [n / 1e6, 'M'] : [n / 1e9, 'B']
  return `${oneDigit(value)}${unit}`
}

/** What some points are worth, to the cent: "$6.12"; what is less than one, finer. */
export function worth(points: number, pointsADollar: number): string {
  const usd = points / pointsADollar
  return dollars(usd.toFixed(usd < 0.01 ? 4 : 2))
}

/** "40 s ago", in steps that a glance can tell apart. */
export function age(at: number, now: number): string {
  const seconds = Math.max(0, Math.round((now - at) / 1000))
  if (seconds < 5) return words.time.justNow
  if (seconds < 60) return words.time.secondsAgo(whole(seconds))
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return words.time.minutesAgo(whole(minutes))
  const hours = Math.round(minutes / 60)
  if (hours < 24) return words.time.hoursAgo(whole(hours))
  return words.time.daysAgo(Math.round(hours / 24))
}

/** What is left until a point in time: "0:12", "1:04:09". Never below zero. */
export function countdown(at: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((at - now) / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** A length of time: "0.4 s", "6.1 s", "1 min 20 s". What took no time that could be told took a tenth of a second. */
export function duration(ms: number): string {
  const tenths = Math.max(1, Math.round(ms / 100))
  return tenths < 100 ? words.time.seconds(written().tenths(tenths / 10)) : clock(Math.round(ms / 1000))
}

/** A running clock counts whole seconds, so that it changes once a second. */
export const elapsed = (ms: number) => clock(Math.max(0, Math.floor(ms / 1000)))

function clock(seconds: number): string {
  const { time } = words
  return seconds < 60 ? time.seconds(whole(seconds)) : time.minutes(whole(Math.floor(seconds / 60)), whole(seconds % 60))
}

export const took = (ms: number) => (ms < 1000 ? words.time.milliseconds(whole(ms)) : duration(ms))

export const rate = (n: number) => (n < 10 ? oneDigit(n) : whole(n))

/** A decimal string in dollars, at least two digits after the point, none of its digits lost: "$0.50", "$0.0042". */
export function dollars(decimal: string): string {
  const plain = decimal.trim().replace('$', '')
  if (!/^-?\d+(\.\d*)?$/.test(plain)) return decimal
  const digits = plain.split('.')[1]?.replace(/0+$/, '').length ?? 0
  return written().dollars(plain as Intl.StringNumericLiteral, Math.max(2, digits))
}

function isSameDay(a: number, b: number) {
  return new Date(a).toDateString() === new Date(b).toDateString()
}

function isThisYear(at: number, now: number) {
  return new Date(at).getFullYear() === new Date(now).getFullYear()
}

/** The time of day today, the date before: "2:02 PM", "Nov 3, 2:02 PM", "Dec 30, 2025". */
export function moment(at: number, now: number): string {
  if (isSameDay(at, now)) return clockTime.format(at)
  if (!isThisYear(at, now)) return dayAndYear.format(at)
  return `${day.format(at)}, ${clockTime.format(at)}`
}

/** To the second, for what happens often: "2:02:07 PM", "Nov 3, 2:02:07 PM". */
export function exactly(at: number, now: number): string {
  if (isSameDay(at, now)) return exactTime.format(at)
  return `${shortDate(at, now)}, ${exactTime.format(at)}`
}

/** Times of a list, to the second where two of them would read the same. */
export function moments(all: readonly number[], now: number): string[] {
  const told = all.map((at) => moment(at, now))
  const isAlone = (text: string) => told.indexOf(text) === told.lastIndexOf(text)
  return all.map((at, i) => (isAlone(told[i] ?? '') ? (told[i] ?? '') : exactly(at, now)))
}

export const date = (at: number) => dayAndYear.format(at)

/** "Aug 24", "Aug 24, 2025". */
export const shortDate = (at: number, now: number) => (isThisYear(at, now) ? day : dayAndYear).format(at)

export const timeOfDay = (at: number) => clockTime.format(at)

const DAY = 86_400_000

/** The day of a time in the zone of now, counted since 1970. */
export const dayOf = (at: number) => Math.floor((at - new Date(at).getTimezoneOffset() * 60_000) / DAY)

const isYearOf = (n: number, today: number) => new Date(n * DAY).getUTCFullYear() === new Date(today * DAY).getUTCFullYear()

/** "Nov 22", for an axis. */
export const shortDay = (n: number) => countedDay.format(n * DAY)

/** "Sun, Nov 22", "Tue, Dec 30, 2025". */
export const longDay = (n: number, today: number) => (isYearOf(n, today) ? weekday : weekdayAndYear).format(n * DAY)

/** "Nov 16 – 22", "Dec 29, 2025 – Jan 4, 2026". */
export const days = (from: number, to: number, today: number) =>
  (isYearOf(from, today) ? countedDay : countedDayAndYear).formatRange(from * DAY, to * DAY)

/** The month of a day: "Nov 2026". */
export const shortMonth = (n: number) => countedMonth.format(n * DAY)

/** An hour of the day: "2 PM". */
export const hour = (n: number) => hourOfDay.format(n * 3_600_000)

/** "October", "October 2025". */
export const month = (at: number, now: number) =>
  isThisYear(at, now) ? written().month(at) : written().monthAndYear(at)

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

/** A language as the system names it, in words: "de_AT" is "Austrian German". */
export function language(name: string): string {
  try {
    return written().language(name.replace('_', '-')) ?? name
  } catch {
    return name
  }
}

/** Somebody's words, with separators in their figures. */
export const grouped = (words: string) => words.replace(/\d{4,}/g, (digits) => count(Number(digits)))

/** What a request calls a setting, as people write it: "web_search" is "Web search". */
export const settingName = (name: string) => (name.charAt(0).toUpperCase() + name.slice(1)).replaceAll('_', ' ')
