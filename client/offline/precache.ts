import { createHash } from 'node:crypto'
import type { Plugin, Rolldown } from 'vite'

const hashOf = (source: string | Uint8Array): string => createHash('sha256').update(source).digest('hex')

/** What charts are drawn with, 5.7 MB that few visits need: scripts of packages, taken as they are. */
const isLibrary = (file: Rolldown.OutputAsset | Rolldown.OutputChunk): boolean =>
  file.type === 'asset' && file.originalFileNames.some((name) => /node_modules\/.*\.js$/.test(name))

/**
 * Tells the service worker what there is to keep. Its version is a hash of all of it, index.html included, so that
 * any change of the page is a change of the worker, which is what makes a browser fetch anew.
 */
export const precache = (): Plugin => ({
  name: 'precache',
  enforce: 'post',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      const worker = bundle['service-worker.js']
      if (worker?.type !== 'chunk') throw new Error('the build has no service-worker.js')
      const page: string[] = []
      const python: string[] = []
      let lock = ''
      const libraries: string[] = []
      const all = createHash('sha256')
      for (const [name, file] of Object.entries(bundle).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        if (file === worker || /\.(br|gz|map)$/.test(name)) continue
        all.update(name).update(hashOf(file.type === 'chunk' ? file.code : file.source))
        if (name === 'pyodide/pyodide-lock.json' && file.type === 'asset') lock = hashOf(file.source)
        if (name.startsWith('pyodide/')) python.push(`/${name}`)
        else if (isLibrary(file)) libraries.push(`/${name}`)
        // Every browser with service workers takes woff2, the first of the three forms a style sheet names.
        else if (!/\.(woff|ttf)$/.test(name)) page.push(name === 'index.html' ? '/' : `/${name}`)
      }
      page.push('/favicon.svg')
      const version = all.digest('hex').slice(0, 16)
      const list = { version, lock: lock.slice(0, 16), page, python, libraries }
      worker.code = worker.code.replaceAll('__PRECACHE__', () => JSON.stringify(list))
    },
  },
})
