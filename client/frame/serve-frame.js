// Makes /frame/strict.html the same in dev, tests and build: one page with its script inline, because a module
// script of a frame without an origin would need CORS, and one file is one thing to keep for offline.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { strictFrameHeaders } from '../../shared/frame-policy.ts'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

async function framePage() {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      rolldownOptions: { input: file('./frame.ts'), output: { format: 'iife' } },
    },
  })
  const script = built.output[0].code.replaceAll('</script', String.raw`<\/script`)
  const page = await readFile(file('./strict.html'), 'utf8')
  return page.replace('/* frame.ts */', () => script)
}

/** @returns {import('vite').Plugin} */
export function serveFrame() {
  return {
    name: 'output-frame',
    configureServer(server) {
      const answer = async (request, response) => {
        const headers = strictFrameHeaders(`http://${request.headers.host}`)
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(await framePage())
      }
      server.middlewares.use('/frame/strict.html', (request, response, failed) => {
        answer(request, response).catch(failed)
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'frame/strict.html', source: await framePage() })
    },
  }
}
