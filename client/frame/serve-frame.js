// Makes the frame of outputs the same in dev, tests and build: one page with its script inline, because a module
// script of a frame without an origin would need CORS, and one file is one thing to keep for offline.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { builtHeaders } from '../../shared/frame-policy.ts'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

/** They differ by their headers, see shared/frame-policy.ts. */
const addresses = ['frame/strict.html', 'frame/open.html']

/** One script of all it needs, which the page or the frame can run as text. */
async function script(entry) {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      // Style sheets come along as text, and what those name within them.
      assetsInlineLimit: 1_000_000,
      rolldownOptions: { input: file(entry), output: { format: 'iife' } },
    },
  })
  return built.output[0].code
}

async function framePage() {
  const code = (await script('./frame.ts')).replaceAll('</script', String.raw`<\/script`)
  const page = await readFile(file('./strict.html'), 'utf8')
  return page.replace('/* frame.ts */', () => code)
}

/** @returns {import('vite').Plugin} */
export function serveFrame() {
  return {
    name: 'output-frame',
    configureServer(server) {
      const answer = async (request, response) => {
        const { pathname, search, origin } = new URL(request.originalUrl, `http://${request.headers.host}`)
        const headers = builtHeaders(pathname, search, origin)
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(await framePage())
      }
      for (const address of addresses)
        server.middlewares.use(`/${address}`, (request, response, failed) => {
          answer(request, response).catch(failed)
        })
      let controls = null
      server.middlewares.use('/frame/controls.js', (_request, response, failed) => {
        controls ??= script('./controls.ts')
        response.setHeader('Content-Type', 'text/javascript; charset=utf-8')
        controls.then((code) => response.end(code)).catch(failed)
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'frame/controls.js', source: await script('./controls.ts') })
      const source = await framePage()
      for (const fileName of addresses) this.emitFile({ type: 'asset', fileName, source })
    },
  }
}
