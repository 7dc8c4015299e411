// Provides the output frame in development, tests and builds: one page with its script inline. A module script would need
// CORS in a frame with an opaque origin, and a single file is simpler to cache for offline use.

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { builtHeaders } from '../../shared/frame-policy.ts'
import { inlineScript } from '../inline-script.js'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

/** They differ in their headers, see shared/frame-policy.ts. */
const paths = ['frame/strict.html', 'frame/open.html']

const framePage = async () => {
  const code = (await inlineScript(file('./frame.ts'))).replaceAll('</script', String.raw`<\/script`)
  const page = await readFile(file('./strict.html'), 'utf8')
  return page.replace('/* frame.ts */', () => code)
}

/** @returns {import('vite').Plugin} */
export const serveFrame = () => {
  return {
    name: 'output-frame',
    configureServer(server) {
      const answer = async (request, response) => {
        const { pathname, search, origin } = new URL(request.originalUrl, `http://${request.headers.host}`)
        const headers = builtHeaders(pathname, search, [origin])
        for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(await framePage())
      }
      for (const path of paths)
        server.middlewares.use(`/${path}`, (request, response, failed) => {
          answer(request, response).catch(failed)
        })
      let controls = null
      server.middlewares.use('/frame/controls.js', (_request, response, failed) => {
        controls ??= inlineScript(file('./controls.ts'))
        response.setHeader('Content-Type', 'text/javascript; charset=utf-8')
        controls.then((code) => response.end(code)).catch(failed)
      })
    },
    async generateBundle() {
      this.emitFile({
        type: 'asset',
        fileName: 'frame/controls.js',
        source: await inlineScript(file('./controls.ts')),
      })
      const source = await framePage()
      for (const fileName of paths) this.emitFile({ type: 'asset', fileName, source })
    },
  }
}
