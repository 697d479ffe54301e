// A history in memory that answers as the Rust side does: sums, days and rows under a filter. For the tests and the preview.
import type { Spent, SpentOn, UsageBy, UsageChat, UsageFilter, UsageOrder, UsageRows, UsageRowView, UsageView } from '../../ui/src/ipc'
import { dayOf } from '../../ui/src/format'

const SERIES = 5
const SHOWN = 8
const nothing = (): Spent => ({ points: 0, rows: 0, unclear: 0 })

function add(spent: Spent, row: UsageRowView) {
  spent.points += row.points ?? 0
  spent.rows += 1
  if (row.points === null) spent.unclear += 1
}
function sum(rows: readonly UsageRowView[]): Spent {
  const spent = nothing()
  for (const row of rows) add(spent, row)
  return spent
}
function sums<Key>(rows: readonly UsageRowView[], keyOf: (row: UsageRowView) => Key): [Key, Spent][] {
  const found = new Map<Key, Spent>()
  for (const row of rows) {
    const key = keyOf(row)
    const spent = found.get(key) ?? nothing()
    add(spent, row)
    found.set(key, spent)
  }
  return [...found].sort(([, a], [, b]) => b.points - a.points)
}
const named = (rows: readonly UsageRowView[], by: UsageBy): SpentOn[] => sums(rows, (row) => row[by]).map(([name, spent]) => ({ name, spent }))

export class SampleLedger {
  constructor(
    public all: UsageRowView[],
    private more: Partial<UsageView> = {},
  ) {}

  through({ from, to, model, kind, source, here, conversation, preset }: UsageFilter): UsageRowView[] {
    return this.all.filter(
      (row) =>
        (from === null || row.day >= from) && (to === null || row.day <= to) && (model === null || row.model === model) &&
        (kind === null || row.kind === kind) && (source === null || row.source === source) && (here === null || row.here === here) &&
        (conversation === null || row.conversation === conversation) && (preset === null || row.preset === preset),
    )
  }

  view(filter: UsageFilter, by: UsageBy): UsageView {
    const rows = this.through(filter)
    const everyDay = this.through({ ...filter, from: null, to: null })
    const ofDays = this.through({ from: filter.from, to: filter.to, model: null, kind: null, source: null, here: null, conversation: null, preset: null })
    const today = dayOf(Date.now())
    const between = (first: number, last: number) => sum(everyDay.filter(({ day }) => day >= today + first && day <= today + last))
    const names = named(rows, by).map(({ name }) => name)
    const series = names.length > SERIES + 1 ? [...names.slice(0, SERIES), null] : names
    const days = sums(rows, (row) => row.day).map(([day, spent]) => {
      const points = series.map(() => 0)
      for (const row of rows.filter((row) => row.day === day)) {
        const at = names.indexOf(row[by])
        const n = Math.min(at, series.length - 1)
        points[n] = (points[n] ?? 0) + (row.points ?? 0)
      }
      return { day, spent, points }
    })
    const hours = Array.from({ length: 24 }, () => 0)
    for (const row of ofDays) if (row.at !== null) hours[new Date(row.at).getHours()]! += row.points ?? 0
    const chats: UsageChat[] = sums(ofDays.filter((row) => row.here || row.kind !== 'API'), (row) => row.conversation ?? row.source).map(([chat, spent]) => {
      const isHere = typeof chat === 'number'
      return { conversation: isHere ? chat : null, title: isHere ? (ofDays.find((row) => row.conversation === chat)?.title ?? null) : chat || null, temporary: false, spent }
    })
    return {
      today,
      pointsADollar: 33_333,
      spentToday: between(0, 0),
      spentWeek: between(-6, 0),
      spentWeekBefore: between(-13, -7),
      spentMonth: between(-29, 0),
      cycle: null,
      total: sum(rows),
      outside: sum(rows.filter((row) => !row.here)),
      series,
      days: days.sort((a, b) => a.day - b.day),
      models: named(ofDays, 'model'),
      kinds: named(ofDays, 'kind'),
      sources: named(ofDays, 'source'),
      hours,
      chats: chats.slice(0, SHOWN),
      presets: sums(ofDays.filter((row) => row.preset !== null), (row) => row.preset as number).map(([preset, spent]) => ({ preset, name: ofDays.find((row) => row.preset === preset)?.presetName ?? null, spent })),
      dearest: [...ofDays].sort((a, b) => (b.points ?? 0) - (a.points ?? 0)).slice(0, SHOWN),
      ...this.more,
    }
  }

  rows(filter: UsageFilter, order: UsageOrder, offset: number, limit: number): UsageRows {
    const orders: Record<UsageOrder, (a: UsageRowView, b: UsageRowView) => number> = {
      newest: (a, b) => b.day - a.day || (b.at ?? 0) - (a.at ?? 0),
      oldest: (a, b) => a.day - b.day || (a.at ?? 0) - (b.at ?? 0),
      dearest: (a, b) => (b.points ?? 0) - (a.points ?? 0),
      model: (a, b) => a.model.localeCompare(b.model),
    }
    const rows = this.through(filter).sort(orders[order])
    return { offset, total: rows.length, rows: rows.slice(offset, offset + limit) }
  }

  /** What the fake answers with. */
  answers() {
    return {
      usage_view: (args: Record<string, unknown>) => this.view(args.filter as UsageFilter, args.by as UsageBy),
      usage_rows: (args: Record<string, unknown>) => this.rows(args.filter as UsageFilter, args.order as UsageOrder, args.offset as number, args.limit as number),
    }
  }
}
