// Conversations as objects: several at a time, and one that opens at a message.
import { beforeEach, expect, test, vi } from 'vitest'
import type { MessageView } from '../../ui/src/ipc'
import { Fake } from './fake'
import { answer, boot, conversation, question, text } from './samples'
import { waitFor } from './window'

const detail = (id: number, messages: MessageView[]) => ({ conversation: conversation(id, `Chat ${id}`), messages, filesBehind: 0, editing: null })
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
  const shown = detail(1, [question(11, 'New', 1), answer(12, ['<p>New</p>'], {}, 1)])
  const other = detail(1, [question(11, 'New', 1), answer(13, ['<p>Old</p>'], {}, 1)])
  const fake = new Fake(boot(), { open_conversation: () => shown, choose_branch: () => other })
  const thread = new Thread(1)
  await thread.showAt(11)
  expect([thread.at, fake.called('choose_branch')]).toEqual([11, []])

  await thread.showAt(13)
  expect(fake.called('choose_branch')).toEqual([{ messageId: 13 }])
  expect([thread.at, thread.messages.map((message) => message.id)]).toEqual([13, [11, 13]])
})

test('the part shows the message at which its thread opens, and not the end', async () => {
  new Fake(boot(), { open_conversation: () => asking(1) })
  const scrolled = vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(() => {})
  const { mount, flushSync, unmount } = await import('svelte')
  const { default: Part } = await import('../../ui/src/parts/Thread.svelte')
  const thread = new Thread(1)
  await thread.showAt(11)
  const part = mount(Part, { target: document.body, props: { thread } })
  flushSync()
  const places = scrolled.mock.contexts.map((place) => (place as HTMLElement).dataset.id)
  expect(places).toEqual(['11'])
  scrolled.mockRestore()
  await unmount(part)
})
