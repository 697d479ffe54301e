// A second language: what is open changes with it, whatever was read at which time.
import { expect, test } from 'vitest'
import { models, modelsView } from './samples'
import { open, settle } from './window'

/** Each sentence of English in double brackets, whatever it is made of. */
function marked<Part>(part: Part): Part {
  if (typeof part === 'string') return `⟦${part}⟧` as Part
  if (typeof part === 'function') return ((...values: unknown[]) => `⟦${part(...values)}⟧`) as Part
  if (Array.isArray(part)) return part.map(marked) as Part
  return Object.fromEntries(Object.entries(part as object).map(([name, value]) => [name, marked(value)])) as Part
}

async function speakAnother(tag: string) {
  const { dictionary } = await import('../../ui/src/words')
  const { threadDictionary } = await import('../../ui/src/words/thread')
  const { laterDictionary } = await import('../../ui/src/words/all')
  dictionary.speak({ ...marked(dictionary.words), tag })
  threadDictionary.speak(marked(threadDictionary.words))
  laterDictionary.speak(marked(laterDictionary.words))
  settle()
}

/** Names and texts that stand in the window and are no value, each without what another language would keep. */
function english(): string[] {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found: string[] = []
  while (texts.nextNode()) found.push(texts.currentNode.textContent ?? '')
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [title]')) {
    for (const name of ['aria-label', 'placeholder', 'title']) found.push(element.getAttribute(name) ?? '')
  }
  // The system writes dates, in its own language.
  return found.filter((text) => /[a-z]{3}/i.test(text.replace(/⟦.*⟧/gs, '')) && !/^[A-Z][a-z]{2} \d{1,2}$/.test(text))
}

const views = ['chat', 'models', 'balance', 'usage', 'settings', 'help', 'log', 'doctor', 'gallery', 'setup']

test.each(views)('the open view of %s says everything in the language that was switched to', async (view) => {
  location.hash = `#${view}`
  const { findByRole } = await open({}, { models: () => modelsView({ models }), ...failures })
  await findByRole('heading', { level: view === 'chat' ? 2 : 1 })
  const before = english()
  expect(before.length).toBeGreaterThan(3)
  await speakAnother('en-US')
  const left = english()
  expect(left.filter((text) => !values.some((value) => text.includes(value)))).toEqual([])
})

/** Sentences of failures come from Rust, whatever the window speaks. */
const failures = { help_pages: () => [], gallery: () => [], run_doctor: () => new Promise<never>(() => {}) }

/** What comes from Rust, from Poe or from the person, and names that stay. */
const values = [
  ...['Telltale', 'Claude', 'Anthropic', 'Google', 'OpenAI', 'Moonshot AI', 'Novita AI', 'Gemini', 'GPT', 'Kimi', 'Veo', 'Some-Community-Bot'],
  ...['text → text', 'image → text', 'image → image', 'audio → text', 'text → video', 'api.poe.com', '/home/ada'],
]

test('numbers are written as the language writes them', async () => {
  const { getAllByText } = await open()
  await speakAnother('de-DE')
  const { count, dollars, duration } = await import('../../ui/src/format')
  expect([count(12_345), dollars('1234.5'), duration(6_100)]).toEqual(['12.345', '1.234,50\u00a0$', '⟦6,1 s⟧'])
  expect(getAllByText(/⟦/).length).toBeGreaterThan(0)
})
