// How times, counts and sums are written.
import { expect, test } from 'vitest'
import * as format from '../../ui/src/format'

const now = new Date(2026, 10, 22, 14, 2).getTime()
// What stands before AM and PM is a space that does not break.
const plain = (told: string) => told.replace(/\u202f/g, ' ')
const check = (told: string, expected: string) => expect(plain(told)).toBe(expected)

test('an age is told in steps that a glance can tell apart', () => {
  check(format.age(now, now), 'just now')
  check(format.age(now - 40_000, now), '40 s ago')
  check(format.age(now - 59 * 60_000, now), '59 min ago')
  check(format.age(now - 3 * 3_600_000, now), '3 h ago')
  check(format.age(now - 86_400_000, now), '1 day ago')
  check(format.age(now + 5_000, now), 'just now')
})

test('what points are worth is told to the cent, and finer where that is nothing', () => {
  check(format.worth(204_000, 33_333), '$6.12')
  check(format.worth(334, 33_333), '$0.01')
  check(format.worth(53, 33_333), '$0.0016')
  check(format.worth(0, 33_333), '$0.00')
})

test('countdowns never go below zero', () => {
  check(format.countdown(now + 12_000, now), '0:12')
  check(format.countdown(now + 11_001, now), '0:12')
  check(format.countdown(now + 3_849_000, now), '1:04:09')
  check(format.countdown(now - 1, now), '0:00')
})

test('dollars keep every digit', () => {
  check(format.dollars('3'), '$3.00')
  check(format.dollars('0.5'), '$0.50')
  check(format.dollars('0.00420'), '$0.0042')
  check(format.dollars('12345.6'), '$12,345.60')
  check(format.dollars('free'), 'free')
})

test('a range is no finer than what it says, and goes outward', () => {
  const between = (low: number, high: number, expected: string) => check(format.between({ low, high }), expected)
  between(143, 192, '140–200')
  between(137, 142, '137–142')
  between(1_240, 1_893, '1,200–1,900')
  between(163, 2_412, '160–2,500')
  between(3, 41, '3–41')
  between(238_000, 238_000, '238,000')
  between(1_234, 1_234, '1,234')
  between(0, 7, '0–7')
  between(1_000_001, 1_000_002, '1,000,001–1,000,002')
  const middles = [[128, 200], [201_300, 238_000], [2, 9], [1_234, 1_234], [0, 5]].map(([low = 0, high = 0]) => format.middle({ low, high }))
  expect(middles).toEqual([160, 220_000, 4, 1_234, 0])
})

test('a time of today is told without its date, one before with it', () => {
  check(format.moment(now, now), '2:02 PM')
  check(format.moment(new Date(2026, 10, 3, 9, 5).getTime(), now), 'Nov 3, 9:05 AM')
  check(format.moment(new Date(2025, 11, 30).getTime(), now), 'Dec 30, 2025')
})

test('times that would read the same are told to the second', () => {
  const at = (...[y, mo, d, h, m, s]: [number, number, number, number, number, number]) => new Date(y, mo, d, h, m, s).getTime()
  const list = [at(2026, 10, 22, 13, 58, 9), at(2026, 10, 22, 13, 58, 4), at(2026, 10, 22, 13, 57, 0), at(2025, 11, 30, 8, 0, 1), at(2025, 11, 30, 9, 0, 2)]
  const expected = ['1:58:09 PM', '1:58:04 PM', '1:57 PM', 'Dec 30, 2025, 8:00:01 AM', 'Dec 30, 2025, 9:00:02 AM']
  expect(format.moments(list, now).map(plain)).toEqual(expected)
})

test('a day begins at midnight, not 24 hours ago', () => {
  const justAfterMidnight = new Date(2026, 10, 22, 0, 5).getTime()
  const period = format.periods(justAfterMidnight)
  expect(period(justAfterMidnight - 10 * 60_000)).toBe('yesterday')
  expect(period(justAfterMidnight)).toBe('today')
  expect(period(justAfterMidnight + 60_000)).toBe('today')
  expect(period(justAfterMidnight - 2 * 86_400_000)).toBe('week')
})

test('a list goes on by months after a week', () => {
  const now = new Date(2026, 2, 10, 14, 0).getTime()
  const period = format.periods(now)
  const named = (year: number, month: number, day: number) => {
    const found = period(new Date(year, month, day, 12, 0).getTime())
    return typeof found === 'number' ? format.month(found, now) : found
  }
  check(named(2026, 2, 3), 'week')
  check(named(2026, 2, 2), 'March')
  check(named(2026, 1, 28), 'February')
  check(named(2025, 11, 31), 'December 2025')
  // The same month of another year is another part.
  expect(period(new Date(2025, 2, 2).getTime())).not.toBe(period(new Date(2026, 2, 2).getTime()))
})

test('a language is told by its name, and by its code where it has none', () => {
  check(format.language('en_US'), 'American English')
  check(format.language('de'), 'German')
  check(format.language('?'), '?')
})

test('a length of time has as many digits as matter, and a count that is missing is a dash', () => {
  check(format.duration(6_140), '6.1 s')
  check(format.duration(80_000), '1 min 20 s')
  check(format.duration(0), '0.1 s')
  check(format.duration(9_960), '10 s')
  check(format.duration(59_700), '1 min 0 s')
  check(format.elapsed(3_999), '3 s')
  check(format.count(null), '—')
  check(format.count(128450), '128,450')
})

test('tokens at a glance are never more than there are', () => {
  const all = [500, 1000, 8192, 16_000, 200_000, 983_040, 999_999, 1_000_000, 1_048_576, 1_999_999, 2_000_000].map(format.tokens)
  expect(all).toEqual(['500', '1k', '8k', '16k', '200k', '983k', '999k', '1M', '1M', '1.9M', '2M'])
})

test('an estimated number has two digits, and none that is not there', () => {
  expect([0, 1, 9, 10, 99, 100, 836, 12_345, 999_999].map(format.atLeast)).toEqual(['0', '1', '9', '10', '99', '100', '830', '12,000', '990,000'])
  expect([0, 1, 9, 10, 100, 836, 4_014, 999_999].map(format.atMost)).toEqual(['0', '1', '9', '10', '100', '840', '4,100', '1,000,000'])
})
