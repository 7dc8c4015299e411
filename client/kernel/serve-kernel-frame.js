// Builds /kernel/frame.html identically in dev, tests and build: one page with an inline script that contains the
// worker's script, because a page without an origin can fetch neither.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { kernelFrameHeaders } from '../../shared/frame-policy.ts'
import { inlineScript } from '../inline-script.js'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

const kernelFrame = async () => {
  const [worker, frame] = await Promise.all(
    ['./worker.ts', './frame.ts'].map((name) => inlineScript(file(name))),
  )
  // As a string in the frame's script, which must not close the script element.
  const text = JSON.stringify(worker).replaceAll('<', String.raw`\u003C`)
  const named = /(['"`])__WORKER__\1/g
  if (frame.match(named)?.length !== 1) throw new Error('the frame has no place for its worker')
  const script = frame.replaceAll('</script', String.raw`<\/script`).replace(named, () => text)
  const page = await readFile(file('./frame.html'), 'utf8')
  return page.replace('/* frame.ts */', () => script)
}

/** @returns {import('vite').Plugin} */
export const serveKernelFrame = () => {
  let made = null
  return {
    name: 'kernel-frame',
    configureServer(server) {
      server.watcher.on('all', () => (made = null))
      const answer = async (response) => {
        made ??= kernelFrame()
        const page = await made
        for (const [name, value] of Object.entries(kernelFrameHeaders())) response.setHeader(name, value)
        response.setHeader('Content-Type', 'text/html; charset=utf-8')
        response.end(page)
      }
      server.middlewares.use('/kernel/frame.html', (_request, response, failed) => {
        answer(response).catch(failed)
      })
    },
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'kernel/frame.html', source: await kernelFrame() })
    },
  }
}
