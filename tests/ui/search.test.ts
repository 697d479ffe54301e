// The search over models: what people type, and what they then find.
import { expect, test } from 'vitest'
import { ModelSearch } from '../../ui/src/state/search'
import type { ModelView } from '../../ui/src/ipc'
import * as samples from './samples'

declare const process: {
  env: Record<string, string | undefined>
  getBuiltinModule(name: 'node:fs'): { readFileSync(path: string, encoding: 'utf8'): string }
}

/** "name, maker, takes>gives, features", as little as the search looks at. */
const list = `
Assistant, Poe, text image video>text, web_search tools
Claude-Opus-4.6, Anthropic, text image>text, tools
Nano-Banana-2, Google, text image>image
GPT-5.4, OpenAI, text image>text image, tools
Claude-Sonnet-4.6, Anthropic, text image>text, tools
GPT-5.4-Mini, OpenAI, text image>text image
Gemini-3.1-Pro, Google, text image video audio>text
Gemini-3.1-Flash-Lite, Google, text image video audio>text
Claude-Haiku-4.5, Anthropic, text image>text
Minimax-M2.7, Novita AI, text>text
Gemini-3-Flash, Google, text image>text
Claude-Sonnet-4.5, Anthropic, text image>text
DeepSeek-V3.2, Novita AI, text>text
DeepSeek-R1, Together AI, text>text
Linkup-Deep-Search, Linkup, text>text, web_search
Claude-Code, Poe Tools, text>text
Gemini-2.5-Flash, Google, text image>text
GPT-5, OpenAI, text image>text
GPT-5-Chat, OpenAI, text>text
GPT-5.1-Codex-Max, OpenAI, text image>text
GPT-5.1, OpenAI, text image>text
GPT-4o, OpenAI, text image>text
GPT-4.1, OpenAI, text image>text
GPT-Image-1.5, OpenAI, text image>image
GPT-OSS-120B, Together AI, text>text
o3-mini, OpenAI, text>text
o3, OpenAI, text>text
o3-mini-high, OpenAI, text>text
Llama-3.3-70B, Fireworks AI, text>text
Llama-3.1-8B, Fireworks AI, text>text
Qwen3-Coder-Next, Novita AI, text>text
Qwen3.5-Plus, Empirio Labs AI, text>text
Mistral-Large-2, Mistral, text>text
Mixtral8x22b, Fireworks AI, text>text
Grok-4, XAI, text>text
Grok-Imagine-Video, fal, text image>video
Veo-3.1, Google, text image>video
Sora-2, OpenAI, text image>video
Perplexity-Sonar, Empirio Labs AI, text>text, web_search
Restyler, fal, image>image
Code-Editor, Poe Tools, text>text
Seedream-4.0, Bytedance, text image>image
Remove-Background, fal, image>image
StableDiffusionXL, StabilityAI, text>image
ElevenLabs-v3, ElevenLabs, text>audio
Whisper-v3, Together AI, audio>text
DALL-E-3, OpenAI, text>image
Émilie, Ateliér Ünique, text>text
通义千问, 阿里云, text>text`

const parse = (line: string): ModelView => {
  const [name = '', maker = '', ways = '', features = ''] = line.split(', ')
  const [inputs, outputs] = ways.split('>').map((kinds) => kinds.split(' '))
  return samples.model(name.toLowerCase(), name, maker, { inputs, outputs, features: features.split(' ').filter(Boolean), inputUsd: null, outputUsd: null })
}
const models = list.trim().split('\n').map(parse)
const search = new ModelSearch(models)
const names = (found: readonly ModelView[]) => found.map((model) => model.name)

/** The first hits, in this order, and how many more there are. */
const table: [query: string, first: string[], more: number][] = [
  // As it is written, in parts, and in any order.
  ['claude-sonnet-4.6', ['Claude-Sonnet-4.6'], 0],
  ['anthropic/claude-sonnet-4.6', ['Claude-Sonnet-4.6'], 0],
  ['4.5 haiku', ['Claude-Haiku-4.5'], 0],
  ['gemini flash', ['Gemini-3.1-Flash-Lite', 'Gemini-3-Flash', 'Gemini-2.5-Flash'], 0],
  ['gpt-5.1', ['GPT-5.1', 'GPT-5.1-Codex-Max'], 0],
  ['o3', ['o3', 'o3-mini', 'o3-mini-high'], 0],
  ['mini', ['GPT-5.4-Mini', 'o3-mini', 'o3-mini-high', 'Minimax-M2.7'], 0],
  // Hyphens, points and blanks left out or put in.
  ['gpt5', ['GPT-5', 'GPT-5.4', 'GPT-5.4-Mini', 'GPT-5-Chat', 'GPT-5.1-Codex-Max', 'GPT-5.1'], 0],
  ['gpt 5', ['GPT-5', 'GPT-5.4', 'GPT-5.4-Mini', 'GPT-5-Chat', 'GPT-5.1-Codex-Max', 'GPT-5.1', 'GPT-Image-1.5'], 0],
  ['o3mini', ['o3-mini', 'o3-mini-high'], 0],
  ['llama 70b', ['Llama-3.3-70B'], 0],
  ['llama70b', ['Llama-3.3-70B'], 0],
  ['sonnet4.6', ['Claude-Sonnet-4.6'], 0],
  ['sonnet 46', ['Claude-Sonnet-4.6'], 0],
  ['gemini3flash', ['Gemini-3-Flash'], 0],
  ['deep seek', ['DeepSeek-V3.2', 'DeepSeek-R1'], 0],
  ['dalle', ['DALL-E-3'], 0],
  ['nanobanana', ['Nano-Banana-2'], 0],
  // One slip: a letter missing, too many, wrong, or swapped.
  ['sonet', ['Claude-Sonnet-4.6', 'Claude-Sonnet-4.5'], 0],
  ['sonnnet', ['Claude-Sonnet-4.6', 'Claude-Sonnet-4.5'], 0],
  ['cladue', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5', 'Claude-Code'], 0],
  ['lcaude', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5', 'Claude-Code'], 0],
  ['cladue opsu', ['Claude-Opus-4.6'], 0],
  ['gemni flash', ['Gemini-3.1-Flash-Lite', 'Gemini-3-Flash', 'Gemini-2.5-Flash'], 0],
  ['gemni falsh', ['Gemini-3.1-Flash-Lite', 'Gemini-3-Flash', 'Gemini-2.5-Flash'], 0],
  ['deepsek', ['DeepSeek-V3.2', 'DeepSeek-R1'], 0],
  ['gtp5', ['GPT-5', 'GPT-5.4'], 4],
  ['gtp', ['GPT-5.4'], 9],
  ['quen', ['Qwen3-Coder-Next', 'Qwen3.5-Plus'], 0],
  ['grop', ['Grok-4', 'Grok-Imagine-Video'], 0],
  ['mistarl', ['Mistral-Large-2'], 0],
  ['stable difusion', ['StableDiffusionXL'], 0],
  ['gpt-5.1 coedx', ['GPT-5.1-Codex-Max'], 0],
  // Two.
  ['perplxty', ['Perplexity-Sonar'], 0],
  ['anthorpik', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5'], 0],
  // While it is still being typed.
  ['antro', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5'], 0],
  ['cl', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5', 'Claude-Code'], 0],
  // Written short.
  ['cs46', ['Claude-Sonnet-4.6'], 0],
  ['dpsk', ['DeepSeek-V3.2', 'DeepSeek-R1'], 0],
  // Makers, with a slip and in two words.
  ['antropic', ['Claude-Opus-4.6', 'Claude-Sonnet-4.6', 'Claude-Haiku-4.5', 'Claude-Sonnet-4.5'], 0],
  ['open ai', ['GPT-5.4'], 13],
  ['google flash', ['Gemini-3.1-Flash-Lite', 'Gemini-3-Flash', 'Gemini-2.5-Flash'], 0],
  // What it can do: what it gives comes before what it takes.
  ['text video', ['Grok-Imagine-Video', 'Veo-3.1', 'Sora-2', 'Assistant', 'Gemini-3.1-Pro', 'Gemini-3.1-Flash-Lite'], 0],
  ['vidoe', ['Grok-Imagine-Video', 'Veo-3.1', 'Sora-2', 'Assistant', 'Gemini-3.1-Pro', 'Gemini-3.1-Flash-Lite'], 0],
  ['sees images google', ['Nano-Banana-2'], 5],
  ['web search', ['Assistant', 'Linkup-Deep-Search', 'Perplexity-Sonar'], 0],
  ['tools', ['Claude-Code', 'Code-Editor', 'Assistant'], 3],
  ['speech', ['ElevenLabs-v3'], 0],
  // Accents, width, case, other scripts.
  ['GÉMÍNÏ 3 FLASH', ['Gemini-3-Flash'], 1],
  ['ｇｐｔ－４ｏ', ['GPT-4o'], 0],
  ['emilie', ['Émilie'], 0],
  ['e\u0301milie', ['Émilie'], 0],
  ['unique', ['Émilie'], 0],
  ['千问', ['通义千问'], 0],
  ['阿里', ['通义千问'], 0],
  ['“claude” code!', ['Claude-Code'], 0],
  // Said twice, and said at length.
  ['claude claude code', ['Claude-Code'], 0],
  ['claude '.repeat(28) + 'code', ['Claude-Code'], 0],
]

test.each(table)('“%s” finds', (query, first, more) => {
  const hits = names(search.find(query).hits)
  expect(hits.slice(0, first.length)).toEqual(first)
  expect(hits.length - first.length, hits.join(' ')).toBe(more)
})

/** What finds nothing, and what it may have meant. */
const misses: [query: string, nearest: string[]][] = [
  ['gpt6', ['GPT-5', 'GPT-4o']],
  ['chatgpt', ['GPT-5-Chat']],
  ['claude 3.5 sonnet', ['Claude-Sonnet-4.6', 'Claude-Sonnet-4.5']],
  ['gpt sonet', ['Claude-Sonnet-4.6', 'Claude-Sonnet-4.5']],
  ['gpt-4.5', ['GPT-5', 'GPT-4o']],
  ['claude-sonnet-4.9', ['Claude-Sonnet-4.6', 'Claude-Sonnet-4.5']],
]
test.each(misses)('“%s” finds nothing, and what is near is named', (query, nearest) => {
  const found = search.find(query)
  expect(names(found.hits)).toEqual([])
  expect(names(found.nearest)).toEqual(expect.arrayContaining(nearest))
  expect(found.nearest.length).toBeLessThanOrEqual(5)
})

/** Nothing is near to these: no model is suggested for the sake of suggesting. */
test.each(['midjourney', 'zzzz', 'x'.repeat(200), 'hello world', 'モデル', '???zq'])('“%s” finds nothing', (query) => {
  expect(search.find(query)).toEqual({ hits: [], nearest: [], isByPrice: false })
})

test('nothing typed, or only signs, is the whole list in its order', () => {
  for (const query of ['', '  ', '-', '“”', '\u0301']) expect(search.find(query).hits).toEqual(models)
})

test('one or two letters are taken as they are', () => {
  const without = (letters: string) => models.every((model) => ![model.name, model.maker].some((text) => text.toLowerCase().includes(letters)))
  for (const letters of ['zq', 'qz', 'kx', '9', 'q9']) {
    expect(without(letters), letters).toBe(true)
    expect(search.find(letters).hits, letters).toEqual([])
  }
})

test('whatever is spelled right comes before what is not, and alone', () => {
  const pair = [samples.model('sonar', 'Sonar', 'A'), samples.model('sora', 'Sora', 'B'), samples.model('x-sora', 'X-Sora', 'C')]
  expect(names(new ModelSearch(pair).find('sora').hits)).toEqual(['Sora', 'X-Sora'])
  expect(names(new ModelSearch(pair).find('sonar').hits)).toEqual(['Sonar'])
})

test('an ID that is not the name is found too', () => {
  const other = [samples.model('acme/turbo-9', 'The Quick One', 'Acme')]
  for (const query of ['turbo9', 'quick', 'acme turbo', 'tubro']) expect(new ModelSearch(other).find(query).hits, query).toHaveLength(1)
})

test('“free” is what has cost nothing so far; a price that is missing or zero promises nothing', () => {
  const priced = (name: string, usd: string | null, more = {}) => samples.model(name.toLowerCase(), name, 'M', { inputUsd: usd, outputUsd: usd, ...more })
  const some = [priced('Dear', '9'), priced('Untold', null), priced('Cheap-Chat', '0.5'), priced('Cheap-Draw', '0.1', { outputs: ['image'] })]
  const none = new ModelSearch(some).find('free')
  expect([names(none.hits), names(none.nearest), none.isByPrice]).toEqual([[], ['Cheap-Draw', 'Cheap-Chat', 'Dear'], true])
  expect(names(new ModelSearch(some).find('free draw').nearest)).toEqual(['Cheap-Draw'])
  const found = new ModelSearch([...some, priced('Given', null, { freeSoFar: true })]).find('free')
  expect([names(found.hits), names(found.nearest)]).toEqual([['Given'], []])
})

/** How often the names of all models could be taken apart while they are searched: the best of many of both, side by side. */
function passes(models: ModelView[], query: string): number {
  const search = new ModelSearch(models)
  const works = [() => search.find(query), () => models.map(({ name, maker }) => `${name} ${maker}`.toLowerCase().split(/[^a-z0-9]+/))]
  const best = [Infinity, Infinity]
  for (let n = 0; n < 150; n++) {
    for (const [at, work] of works.entries()) {
      const began = performance.now()
      work()
      best[at] = Math.min(best[at] as number, performance.now() - began)
    }
  }
  return (best[0] as number) / (best[1] as number)
}

const queries = ['', 'g', 'gpt5', 'claude sonnet', 'cladue', 'gemni falsh', 'anthorpik', 'text video', 'chatgpt', 'zzzz zzz', 'q'.repeat(200), 'ab cd ef gh ij kl mn op '.repeat(9)]

test.each(queries)('a search over 400 models costs no more than a few passes over their names: “%s”', (query) => {
  const many = Array.from({ length: 400 }, (_, n) => {
    const model = models[n % models.length] as ModelView
    return n < models.length ? model : { ...model, id: `${model.id}-${n}`, name: `${model.name}-${n}`, maker: `${model.maker} ${n % 40}` }
  })
  expect(passes(many, query)).toBeLessThan(15)
})

/** All models of Poe as they were listed once, where they are at hand. */
const folder = process.env.POE_RECORDINGS
const mustRun = process.env.TELLTALE_MUST_RUN?.split(' ').includes('recordings')
test.skipIf(!folder && !mustRun)(`real models of Poe${folder ? '' : ': skipped, POE_RECORDINGS is not set'}`, () => {
  type Listed = {
    id: string
    owned_by: string
    metadata: { display_name: string }
    architecture: { input_modalities: string[]; output_modalities: string[] }
    supported_features: string[]
  }
  const file = process.getBuiltinModule('node:fs').readFileSync(`${folder}/models.json`, 'utf8')
  const listed = (JSON.parse(file) as { data: Listed[] }).data
  const real = listed.map(({ id, owned_by, metadata, architecture, supported_features }) =>
    samples.model(id, metadata.display_name, owned_by, { inputs: architecture.input_modalities, outputs: architecture.output_modalities, features: supported_features }),
  )
  const search = new ModelSearch(real)
  expect(real.length).toBeGreaterThan(300)
  const compact = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  for (const { name, id } of real) {
    for (const query of [name, id, name.replaceAll('-', ' '), name.replaceAll('-', '')]) {
      expect(compact(search.find(query).hits[0]?.name ?? ''), query).toBe(compact(name))
    }
  }
  // A slip in a word of six letters or more still leads to it: two neighbors swapped, one left out.
  for (const { name } of real) {
    const word = /[a-z]{6,}/i.exec(name)
    if (!word) continue
    for (const at of [1, 3, word[0].length - 2]) {
      const i = word.index + at
      const swapped = name.slice(0, i) + name[i + 1] + name[i] + name.slice(i + 2)
      const missing = name.slice(0, i) + name.slice(i + 1)
      for (const query of [swapped, missing]) expect(names(search.find(query).hits), query).toContain(name)
    }
  }
  const only = (query: string, pattern: RegExp, least: number) => {
    const hits = search.find(query).hits
    expect(hits.length, query).toBeGreaterThanOrEqual(least)
    for (const model of hits) expect(`${model.name} ${model.maker}`, query).toMatch(pattern)
  }
  only('gpt5', /^GPT-5/, 20)
  only('sonet', /sonnet/i, 4)
  only('cladue', /claude/i, 10)
  only('gemni flash', /gemini.*flash/i, 5)
  only('deepsek', /deepseek/i, 10)
  only('antropic', /Anthropic/, 8)
  only('o3mini', /^o3-mini/, 2)
  only('llama 70b', /llama.*70b/i, 3)
  expect(search.find('text video').hits.slice(0, 40).every((model) => model.outputs.includes('video'))).toBe(true)
  for (const query of queries) expect(passes(real, query), query).toBeLessThan(15)
})
