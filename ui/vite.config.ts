// Builds the window into ui/dist, which the app embeds. `--mode preview` serves the same window in a browser with a
// fake backend (tests/ui/preview.html); that entry is never part of the built app.
import { fileURLToPath } from 'node:url'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))

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
    modulePreload: { polyfill: false },
    // The window, and the balance's small one: a page of its own, so that it loads nothing of the other.
    ...(mode === 'preview' ? {} : { rolldownOptions: { input: { index: path('./index.html'), balance: path('./balance.html') } } }),
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
