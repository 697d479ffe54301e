// Conversations as objects: several at a time, and one that opens at a message.
import { beforeEach, expect, test } from 'vitest'
import type { MessageView } from '../../ui/src/ipc'
import { Fake } from './fake'
import { answer, boot, conversation, detail as conversationDetail, question, text } from './samples'
import { waitFor } from './window'

const detail = (id: number, messages: MessageView[]) => conversationDetail(conversation(id, `Chat ${id}`), messages)
const asking = (id: number) => detail(id, [question(id * 10 + 1, 'Hello', id), answer(id * 10 + 2, [], { state: 'streaming' }, id)])

let Thread: typeof import('../../ui/src/state/thread.svelte').Thread
beforeEach(async () => ({ Thread } = await import('../../ui/src/state/thread.svelte')))

function words(thread: InstanceType<typeof Thread>, id: number): string {
  let html = ''
  thread.find(id)?.content.watch({ change: ({ blocks }) => (html = blocks.flat().map((piece) => piece.html).join('')) })()
  return html
}

test('two threads side by side each get their own stream, and closing one leaves the other its own', async () => {
  const fake = new Fake(boot(), { open_conversation: ({ id }) => asking(id as number) })
  const [one, two] = [new Thread(1), new Thread(2)]
  await Promise.all([one.open(), two.open()])
  fake.update(12, text(0, ['<p>For one</p>'], ''))
  fake.update(22, text(0, ['<p>For two</p>'], ''))
  await waitFor(() => expect([words(one, 12), words(two, 22)]).toEqual(['<p>For one</p>', '<p>For two</p>']))
  expect([one.find(22), two.find(12)]).toEqual([undefined, undefined])

  one.close()
  fake.update(12, text(0, ['<p>For nobody</p>'], ''))
  fake.update(22, text(0, ['<p>Still for two</p>'], ''))
  await waitFor(() => expect(words(two, 22)).toBe('<p>Still for two</p>'))
  expect(words(one, 12)).toBe('<p>For one</p>')
})

test('two threads of the same conversation both follow its answer', async () => {
  const channels: number[] = []
  const fake = new Fake(boot(), {
    open_conversation: ({ id }) => asking(id as number),
    watch: ({ channel }) => void channels.push((channel as { id: number }).id),
  })
  const threads = [new Thread(1), new Thread(1)]
  await Promise.all(threads.map((thread) => thread.open()))
  expect(channels.length).toBe(2)
  for (const channel of channels) fake.tell(channel, text(0, ['<p>Both</p>'], ''))
  await waitFor(() => expect(threads.map((thread) => words(thread, 12))).toEqual(['<p>Both</p>', '<p>Both</p>']))
})

test('a thread opens at a message, also at one of a version that is not shown', async () => {
  const shown = conversationDetail(conversation(1, 'One'), [question(11, 'New', 1), answer(12, ['<p>New</p>'], {}, 1)])
  const other = conversationDetail(conversation(1, 'One'), [question(11, 'New', 1), answer(13, ['<p>Old</p>'], {}, 1)])
  const fake = new Fake(boot(), { open_conversation: ({ at }) => (at === 13 ? { ...other, at: { messageId: 13, above: 0 } } : shown) })
  const thread = new Thread(1)
  await thread.showAt(11)
  expect(fake.called('open_conversation')).toEqual([{ id: 1, at: 11 }])
  expect(thread.at?.messageId).toBe(11)

  await thread.showAt(13)
  expect(fake.called('open_conversation').at(-1)).toEqual({ id: 1, at: 13 })
  expect([thread.at?.messageId, thread.loaded.map((message) => message.id)]).toEqual([13, [11, 13]])
})

/** Of a thread of many: what Rust hands over, from a place on. */
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => {
    const place = from + n
    const view = place % 2 === 0 ? question(place + 1, `Question ${place}`, 1) : answer(place + 1, ['<p>Yes.</p>'], {}, 1)
    return { ...view, place }
  })

test('of a long thread only what is near is asked for and kept', async () => {
  const fake = new Fake(boot(), {
    open_conversation: () => ({ ...conversationDetail(conversation(1, 'Long'), []), count: 10_000, messages: many(9_976, 24) }),
    thread_part: ({ from, count }) => many(from as number, count as number),
  })
  const thread = new Thread(1)
  await thread.open()
  expect([thread.messages.length, thread.loaded.length]).toEqual([10_000, 24])

  await thread.load(101, 130)
  expect(fake.called('thread_part')).toEqual([{ id: 1, from: 100, count: 31 }])
  await thread.load(101, 130)
  expect(fake.called('thread_part').length).toBe(1)
  expect(thread.questionOf(thread.find(102) as never)?.id).toBe(101)

  for (let from = 200; from < 1_000; from += 60) await thread.load(from, from + 59)
  thread.letGo(900, 999)
  const places = thread.loaded.map((message) => message.place)
  expect([places[0], places.at(-2), places.at(-1)]).toEqual([852, 9_998, 9_999])

  // Of many small ones in sight none is far: nothing changes, or what draws them would let go once more, for ever.
  for (let from = 1_000; from < 1_240; from += 60) await thread.load(from, from + 59)
  const here = thread.loaded
  thread.letGo(900, 1_239)
  expect(thread.loaded).toBe(here)
  thread.letGo(900, 1_100)
  expect(thread.loaded.length).toBeLessThan(here.length)
})

test('a part that comes after another version was chosen changes nothing', async () => {
  let tell = (_: unknown) => {}
  const fake = new Fake(boot(), {
    open_conversation: () => ({ ...conversationDetail(conversation(1, 'Long'), []), count: 100, messages: many(76, 24) }),
    thread_part: () => new Promise((done) => (tell = done as never)),
    choose_branch: () => conversationDetail(conversation(1, 'Long'), many(0, 2)),
  })
  const thread = new Thread(1)
  await thread.open()
  const loading = thread.load(10, 20)
  await thread.choose(2)
  tell(many(10, 11))
  await loading
  expect(thread.messages.length).toBe(2)
  expect(fake.called('thread_part').length).toBe(1)
})
