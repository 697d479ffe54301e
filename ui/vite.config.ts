// Builds the window into ui/dist, which the app embeds. `--mode preview` serves the same window in a browser with a
// fake backend (tests/ui/preview.html); that entry is never part of the built app.
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

const windows = { index: path('./index.html'), balance: path('./balance.html') }

type Graph = { getModuleInfo: (id: string) => { importedIds: string[] } | null }

/** Everything that is read before this module's code runs. */
function readWith(module: string, graph: Graph): Set<string> {
  const read = new Set<string>()
  const visit = (id: string) => {
    if (read.has(id)) return
    read.add(id)
    graph.getModuleInfo(id)?.importedIds.forEach(visit)
  }
  visit(module)
  return read
}

/** What all of these modules need is one file of this name. */
function file(name: string, ...modules: string[]) {
  let needs: Set<string>[] | undefined
  return {
    debugName: name,
    name: (id: string, graph: Graph) => {
      needs ??= modules.map((module) => readWith(module, graph))
      return needs.every((all) => all.has(id)) ? name : null
    },
  }
}

// By itself the bundler makes a file for each set of later parts that share something: some thirty small ones, which together are
// larger, and slower to read. A module goes into the first of these that it belongs to.
const groups = [
  file('both', windows.index, windows.balance),
  file('first', windows.index),
  file('words', path('./src/words/thread.ts')),
  file('card', path('./src/parts/ConnectedCard.svelte')),
  file('thread', path('./src/parts/Thread.svelte')),
]

// What a later part needs is listed in the first file, so that it is asked for in one go: its styles, which nothing else would
// ask for, and its code only where a first view may be waiting for it.
const isFirst = (file: string) => /(emptyChat|EmptyChat|SetUp|thread|Thread)-[^/]*$/.test(file)

export default defineConfig(({ mode }) => ({
  root: mode === 'preview' ? path('../tests/ui') : path('.'),
  plugins: [svelte({ configFile: path('./svelte.config.js') })],
  // The tests stand outside ui/, where none of these could be found.
  resolve: {
    dedupe: ['svelte', '@testing-library/dom', 'axe-core'],
    conditions: mode === 'test' ? ['browser'] : undefined,
  },
  // Two roots would find two copies of Svelte, one of them pre-bundled.
  optimizeDeps: mode === 'preview' ? { noDiscovery: true, include: [], exclude: ['svelte'] } : {},
  server: { port: 5173, strictPort: true, fs: { allow: [path('..')] } },
  build: {
    outDir: mode === 'preview' ? path('./node_modules/.preview') : path('./dist'),
    emptyOutDir: true,
    target: 'safari16.4',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false, resolveDependencies: (file, needed, { hostType }) => (hostType === 'html' || isFirst(file) ? needed : needed.filter((each) => each.endsWith('.css'))) },
    // The window, and the balance's small one: a page of its own, so that it loads nothing of the other.
    ...(mode === 'preview' ? {} : { rolldownOptions: { input: windows, output: { codeSplitting: { groups } } } }),
  },
  test: {
    dir: path('../tests/ui'),
    include: ['**/*.test.ts'],
    environment: 'happy-dom',
    // The first test of a file loads the whole window, which takes long on a busy machine.
    testTimeout: 20_000,
    // Each test has a window of its own all the same, since it reads the modules anew.
    isolate: false,
    execArgv: ['--conditions=browser'],
  },
}))
