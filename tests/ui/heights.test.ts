// Rows whose heights become known as they are drawn.
import { expect, test } from 'vitest'
import { drawn, Heights } from '../../ui/src/parts/heights'

function column(count: number, known: readonly [place: number, height: number][]) {
  const heights = new Heights()
  heights.count = count
  for (const [place, height] of known) heights.measure(place, height)
  return heights
}

test('each stands below the one before, whatever is known', () => {
  const heights = column(10_000, [[0, 50], [2, 200]])
  expect([0, 1, 2, 3, 10_000].map((place) => heights.topOf(place))).toEqual([0, 50, 170, 370, 370 + 120 * 9_997])
  expect([0, 49, 50, 169, 170, 369, 370, 1e9].map((y) => heights.placeAt(y))).toEqual([0, 0, 1, 1, 2, 2, 3, 9_999])
  heights.measure(1, 20)
  expect([heights.topOf(3), heights.placeAt(100)]).toEqual([270, 2])
})

test('what rows usually are is learned from the first that were drawn, once', () => {
  const heights = column(100, [[98, 300], [99, 100]])
  heights.learn()
  expect(heights.topOf(98)).toBe(98 * 200)
  heights.measure(0, 1_000)
  heights.learn()
  expect(heights.topOf(98)).toBe(1_000 + 97 * 200)
  heights.forgetAll()
  expect(Math.round(heights.total)).toBe(Math.round((100 * 1_400) / 3))
})

test('rows go and come at the end, and others take their places', () => {
  const heights = column(4, [[0, 10], [1, 20], [2, 30], [3, 40]])
  heights.count = 2
  expect(heights.total).toBe(30)
  heights.count = 3
  expect(heights.total).toBe(150)
  heights.forgetFrom(1)
  expect([heights.isKnown(0), heights.isKnown(1), heights.total]).toEqual([true, false, 250])
  expect([heights.measure(0, 10), heights.measure(0, 11), heights.measure(7, 5), heights.measure(1, 0)]).toEqual([false, true, false, false])
})

test('some are drawn, and those that are needed elsewhere, with what is left out before each', () => {
  const heights = column(100, Array.from({ length: 100 }, (_, place) => [place, 10]))
  const { rows, rest } = drawn(heights, [50, 52], [2, 99, 51, -1, 100])
  expect(rows).toEqual([{ place: 2, gap: 20 }, { place: 50, gap: 470 }, { place: 51, gap: 0 }, { place: 52, gap: 0 }, { place: 99, gap: 460 }])
  expect(rest).toBe(0)
  expect(drawn(heights, [0, 1], []).rest).toBe(980)
  expect(drawn(column(0, []), [0, -1], [])).toEqual({ rows: [], rest: 0 })
})
