import { defineConfig, type Plugin, type UserConfig } from 'vite'
import { pyodideAssets } from './kernel/pyodide-assets.ts'
import { serveFrame } from './frame/serve-frame.js'
import { serveKernelFrame } from './kernel/serve-kernel-frame.js'
import { precache } from './offline/precache.ts'
import { precompressed } from './precompressed.ts'

const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
}

/** Shared with the browser tests, so that what is tested is what is built. */
export const clientConfig = {
  plugins: [serveFrame(), serveKernelFrame(), pyodideAssets()],
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['pyodide'] },
  server: { headers: isolated },
} satisfies UserConfig

/** The browser fetches the editor beside the page's own script, which runs first (editor/load.ts). */
const preloadEditor = (): Plugin => ({
  name: 'preload-editor',
  transformIndexHtml: {
    order: 'post',
    handler(_html, { bundle }) {
      const chunk = Object.values(bundle ?? {}).find(
        (file) => file.type === 'chunk' && file.facadeModuleId?.endsWith('/editor/assemble.ts'),
      )
      if (chunk === undefined) throw new Error('the editor is not a chunk of its own')
      return [
        {
          tag: 'link',
          attrs: { rel: 'modulepreload', crossorigin: true, href: `./${chunk.fileName}` },
          injectTo: 'head',
        },
      ]
    },
  },
})

/** A worker that is no module: it has its own copy of what it needs. */
const ofServiceWorker = /\/(offline\/service-worker|shared\/(built-page|frame-policy))\.ts$/

export default defineConfig({
  ...clientConfig,
  base: './',
  plugins: [...clientConfig.plugins, preloadEditor(), precompressed(), precache()],
  root: import.meta.dirname,
  build: {
    outDir: '../dist/client',
    emptyOutDir: true,
    target: 'es2022',
    // As written: light-dark() in the page's colours.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page's policy lets no font or script in by a data: address.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1_100,
    rolldownOptions: {
      input: { index: 'client/index.html', 'service-worker': 'client/offline/service-worker.ts' },
      output: {
        // The browser knows the service worker by its address, which must not change.
        entryFileNames: (chunk) =>
          chunk.name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js',
        // One file of all that runs before a notebook is shown, where modules shared with lazy parts would be 27 more: each
        // is a request that the service worker answers and checks.
        // Yjs is apart: lib0 creates errors while it loads, for which a browser that is watched by a tool parses the whole file
        // again. Two files are also compiled at the same time.
        codeSplitting: {
          groups: [
            { name: 'yjs', tags: ['$initial'], test: /node_modules\/(lib0|yjs|y-[a-z]+)\//, priority: 1 },
            { name: 'start', tags: ['$initial'], test: (id) => !ofServiceWorker.test(id) },
          ],
        },
      },
    },
  },
})
