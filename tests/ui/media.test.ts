// Pictures, sounds and films of answers, in the place of their links, and all of them together.
import { beforeEach, expect, test, vi } from 'vitest'
import type { MediaView } from '../../ui/src/ipc'
import { answer, conversation, detail, media, question } from './samples'
import { open, press, settle, waitFor } from './window'

const PICTURE = 'https://pfst.cf2.poecdn.net/base/image/00ff?w=1024&h=512'
const button = (url: string) => `<p>Here: <button type="button" class="image" data-src="${url.replace('&', '&amp;')}">a cat</button></p>`

let kept: string[]
beforeEach(() => {
  kept = []
  let number = 0
  Object.assign(URL, {
    createObjectURL: () => {
      kept.push(`blob:${++number}`)
      return `blob:${number}`
    },
    revokeObjectURL: (url: string) => (kept = kept.filter((one) => one !== url)),
  })
  vi.stubGlobal('IntersectionObserver', class {
    constructor(private readonly told: (entries: { isIntersecting: boolean }[]) => void) {}
    observe() {
      this.told([{ isIntersecting: true }])
    }
    disconnect() {}
  })
})

async function thread(html: string, views: MediaView[], answers: Parameters<typeof open>[1] = {}, model = 'claude-sonnet-4.6') {
  location.hash = '#chat/7'
  const view = conversation(7, 'Seven', { model })
  const messages = [question(8, 'Draw a cat', 7), answer(9, [html], {}, 7)]
  const it = await open({ conversations: [view] }, { open_conversation: () => detail(view, messages), message_media: () => views, ...answers })
  await waitFor(() => expect(document.querySelectorAll('article').length).toBe(2))
  return it
}
const figure = () => document.querySelector<HTMLElement>('figure.media') as HTMLElement
const link = () => document.querySelector<HTMLElement>('.answer button.image')

test('a picture that is kept stands in the place of its link, whose room is known before it is read', async () => {
  const { fake } = await thread(button(PICTURE), [media(4)])
  await waitFor(() => expect(figure()).not.toBeNull())
  expect(link()?.hasAttribute('data-own-shown')).toBe(true)
  expect(figure().closest('p')?.textContent).toContain('Here:')
  const frame = figure().querySelector<HTMLElement>('.picture')
  expect([frame?.style.aspectRatio, frame?.style.maxWidth]).toEqual(['1024 / 512', '520px'])
  await waitFor(() => expect(figure().querySelector('img')?.src).toBe('blob:1'))
  expect(figure().querySelector('img')?.alt).toBe('a cat')
  expect(fake.called('fetch_media')).toEqual([])
})

test('one that is on its way is waited for, and one that did not come says why and is asked for again on a press', async () => {
  const replies = [media(null, { state: 'failed', problem: 'gone' }), media(4)]
  const { fake, getByRole, queryByText } = await thread(button(PICTURE), [media(null)], { fetch_media: () => replies.shift() as MediaView })
  await waitFor(() => expect(queryByText('Poe no longer has this file.')).not.toBeNull())
  getByRole('button', { name: 'Try again' }).click()
  await waitFor(() => expect(figure().dataset.media).toBe('kept'))
  expect(fake.called('fetch_media')).toEqual([1, 2].map(() => ({ messageId: 9, url: PICTURE })))
})

test('what somebody else has is loaded on a press that names who is asked, and is a link until then', async () => {
  const url = 'https://elsewhere.example/a.png'
  const there = media(null, { state: 'elsewhere', url, host: 'elsewhere.example' })
  const replies = [{ ...there, state: 'failed' as const, problem: 'unreached' as const }, media(4, { url })]
  const { fake, getByRole, queryByText } = await thread(button(url), [there], { load_media: () => replies.shift() as MediaView })
  const load = await waitFor(() => getByRole('button', { name: 'Load from elsewhere.example' }))
  expect(load.title).toContain('Your key isn’t sent.')
  expect([link()?.hasAttribute('data-own-shown'), fake.called('load_media'), fake.called('fetch_media')]).toEqual([false, [], []])
  load.click()
  await waitFor(() => expect(queryByText('This file couldn’t be loaded from elsewhere.example.')).not.toBeNull())
  expect(link()?.hasAttribute('data-own-shown')).toBe(false)
  getByRole('button', { name: 'Try again' }).click()
  await waitFor(() => expect(figure().dataset.media).toBe('kept'))
  expect(link()?.hasAttribute('data-own-shown')).toBe(true)
  expect(fake.called('load_media')).toEqual([1, 2].map(() => ({ messageId: 9, url })))
  expect(document.querySelector('[data-action=ask-again]')).toBeNull()
})

test('what moved or is near has no way to try again', async () => {
  const url = 'https://elsewhere.example/a.png'
  const there = media(null, { state: 'elsewhere', url, host: 'elsewhere.example' })
  const { getByRole } = await thread(button(url), [there], { load_media: () => ({ ...there, state: 'failed', problem: 'moved' }) })
  const load = await waitFor(() => getByRole('button', { name: 'Load from elsewhere.example' }))
  load.click()
  await waitFor(() => expect(figure().textContent).toContain('elsewhere.example sends this on to another address.'))
  expect(figure().querySelector('button')).toBeNull()
})

test('what may not be loaded stays a link, and an answer without links asks nothing', async () => {
  const { fake } = await thread(button('https://elsewhere.example/a.png'), [media(null, { state: 'elsewhere', url: 'https://elsewhere.example/a.png' })])
  await waitFor(() => expect(fake.called('message_media').length).toBe(1))
  await new Promise((done) => setTimeout(done, 20))
  expect([figure(), link()?.hasAttribute('data-own-shown')]).toEqual([null, false])

  const plain = await thread('<p>Just words.</p>', [])
  await new Promise((done) => setTimeout(done, 20))
  expect(plain.fake.called('message_media')).toEqual([])
})

test('what can be done with a picture, and the whole of it by keys', async () => {
  const used: unknown[] = []
  const { fake, getByRole } = await thread(button(PICTURE), [media(4)], { use_media: (args) => (used.push(args.id), null as never) })
  await waitFor(() => expect(figure()).not.toBeNull())
  getByRole('button', { name: 'Save' }).click()
  await waitFor(() => expect(fake.called('save_media')).toEqual([{ id: 4 }]))
  getByRole('button', { name: 'Use in message' }).click()
  await waitFor(() => expect(used).toEqual([4]))

  getByRole('button', { name: 'Open image: a cat' }).click()
  settle()
  const dialog = await waitFor(() => document.querySelector('dialog[open]') as HTMLDialogElement)
  await waitFor(() => expect(fake.called('media_shown').at(-1)).toEqual({ id: 4, side: 4096 }))
  await waitFor(() => expect(dialog.querySelector('img')).not.toBeNull())
  const shown = dialog.querySelector('.sheet') as HTMLElement
  press('+', dialog)
  press('+', dialog)
  expect(shown.style.width).toBe('156.25%')
  press('0', dialog)
  expect(shown.style.width).toBe('100%')
  dialog.dispatchEvent(new Event('cancel', { cancelable: true }))
  settle()
  expect(document.querySelector('dialog[open]')).toBeNull()
})

test('a small sound plays in place, and a film is read on a press', async () => {
  const sound = 'https://pfst.cf2.poecdn.net/base/audio/1'
  const film = 'https://pfst.cf2.poecdn.net/base/video/2'
  const html = `<p><a href="${sound}">${sound}</a></p><p><a href="${film}">${film}</a></p>`
  const { fake, getByRole } = await thread(html, [
    media(1, { kind: 'audio', mime: 'audio/mpeg', url: sound }),
    media(2, { kind: 'video', mime: 'video/mp4', url: film, bytes: 20_000_000 }),
  ])
  await waitFor(() => expect(document.querySelector('audio')?.src).toBe('blob:1'))
  expect(fake.called('media_shown').map(({ id }) => id)).toEqual([1])
  getByRole('button', { name: /^Play video/ }).click()
  const player = await waitFor(() => {
    const found = document.querySelector('video')
    if (!found) throw new Error('no film')
    return found
  })
  player.dispatchEvent(new Event('error'))
  settle()
  expect(document.body.textContent).toContain('gstreamer1.0-libav')
  expect(player.isConnected).toBe(false)
})

test('a sound is used in a message of a model that hears, and of no other', async () => {
  const sound = 'https://pfst.cf2.poecdn.net/base/audio/1'
  const html = `<p><a href="${sound}">${sound}</a></p>`
  const views = [media(1, { kind: 'audio', mime: 'audio/mpeg', url: sound })]
  const used: unknown[] = []
  const { getByRole } = await thread(html, views, { use_media: ({ id }) => (used.push(id), null as never) }, 'gemini-3.1-pro')
  const use = await waitFor(() => getByRole('button', { name: 'Use in message' }))
  use.click()
  await waitFor(() => expect(used).toEqual([1]))
})

test('a model that does not hear is offered no sound', async () => {
  const sound = 'https://pfst.cf2.poecdn.net/base/audio/1'
  const { getByRole, queryByRole } = await thread(`<p><a href="${sound}">${sound}</a></p>`, [media(1, { kind: 'audio', mime: 'audio/mpeg', url: sound })])
  await waitFor(() => getByRole('button', { name: 'Open in player' }))
  expect(queryByRole('button', { name: 'Use in message' })).toBeNull()
})

test('all that was made, page by page, each with its question', async () => {
  const made = (id: number) => ({ media: media(id), conversationId: 7, model: 'claude-sonnet-4.6', prompt: `Cat ${id}`, askedWith: {}, points: null, among: 1, madeAt: Date.now() })
  location.hash = '#media'
  const { fake, getByRole } = await open({}, {
    media_made: ({ from }) => ({ count: 3, made: from === 0 ? [made(3), made(2)] : [made(2), made(1)] }),
  })
  await waitFor(() => expect(getByRole('button', { name: 'Show more' }).getAttribute('aria-busy')).toBe('false'))
  getByRole('button', { name: 'Show more' }).click()
  await waitFor(() => getByRole('button', { name: 'Open image: Cat 1' }))
  expect(fake.called('media_made')).toEqual([{ kind: null, from: 0 }, { kind: null, from: 2 }])
  expect(document.querySelectorAll('ul[aria-label="Media"] > li').length).toBe(3)
})

test('each with what it was asked with and what it cost, and only those of one kind', async () => {
  const one = { media: media(3), conversationId: 7, model: 'claude-sonnet-4.6', prompt: 'A cat', madeAt: Date.now() }
  const made = { ...one, askedWith: { aspect_ratio: '16:9', hd: true, draft: false, seed: 4 }, points: 1200, among: 2 }
  const sound = { ...one, media: media(5, { kind: 'audio', mime: 'audio/mpeg' }), prompt: 'A song', askedWith: {}, points: null, among: 1 }
  location.hash = '#media'
  const { fake, getByRole, findByText, queryByText } = await open({}, {
    media_made: ({ kind }) => (kind === 'audio' ? { count: 1, made: [sound] } : kind === null ? { count: 2, made: [sound, made] } : { count: 0, made: [] }),
    ask_again: () => conversation(12, ''),
    open_conversation: () => detail(conversation(12, ''), []),
  })
  await findByText('Aspect ratio 16:9 · Hd · Seed 4')
  expect(document.body.textContent).toContain('1,200 points for 2')
  getByRole('button', { name: 'Audio' }).click()
  await waitFor(() => expect(queryByText('A cat')).toBeNull())
  getByRole('button', { name: 'Video' }).click()
  await findByText('None of these yet')
  getByRole('button', { name: 'All' }).click()
  await findByText('A cat')
  expect(fake.called('media_made').map(({ kind }) => kind)).toEqual([null, 'audio', 'video', null])

  const tile = document.querySelectorAll('ul[aria-label="Media"] > li')[1] as HTMLElement
  ;(tile.querySelector('[data-action=ask-again]') as HTMLElement).click()
  await waitFor(() => expect(location.hash).toBe('#chat/12'))
  expect(fake.called('ask_again')).toEqual([{ messageId: 9 }])
  expect(fake.called('send')).toEqual([])
})

test('before anything was made it says what will be here', async () => {
  location.hash = '#media'
  const { findByText } = await open()
  await findByText('Nothing made yet')
})
