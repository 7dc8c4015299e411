import { defineConfig, type UserConfig } from 'vite'
import { serveFrame } from './frame/serve-frame.js'

const isolated = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'credentialless',
}

/** Shared with the browser tests, so that what is tested is what is built. */
export const clientConfig = {
  plugins: [serveFrame()],
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['pyodide'] },
  server: { headers: isolated },
} satisfies UserConfig

export default defineConfig({
  ...clientConfig,
  root: import.meta.dirname,
  build: { outDir: '../dist/client', emptyOutDir: true, target: 'es2022' },
})
