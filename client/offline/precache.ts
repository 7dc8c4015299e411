import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, Rolldown } from 'vite'

const hashOf = (source: string | Uint8Array): string => createHash('sha256').update(source).digest('hex')

/** What charts and widgets are drawn with, megabytes that few visits need: scripts of packages, mostly as they are. */
const isScript = (file: Rolldown.OutputAsset): boolean =>
  file.fileName === 'frame/controls.js' ||
  file.originalFileNames.some((name) => /node_modules\/.*\.js$/.test(name))

/** The chunks our own modules are in, and what those need: packages that are only ever imported when wanted are not. */
const ownChunks = (bundle: Rolldown.OutputBundle): ReadonlySet<string> => {
  const found = new Set<string>()
  const add = (name: string): void => {
    const chunk = bundle[name]
    if (chunk?.type !== 'chunk' || found.has(name)) return
    found.add(name)
    for (const next of chunk.imports) add(next)
  }
  for (const [name, file] of Object.entries(bundle))
    if (
      file.type === 'chunk' &&
      file.moduleIds.some((id) => !id.includes('node_modules') && !id.startsWith('\0'))
    )
      add(name)
  return found
}

/** Served as it lies there, and no part of the bundle. */
const icon = 'favicon.svg'

/**
 * Tells the service worker what there is to keep, by digests. Its version is a hash of all of it, index.html included,
 * so that any change of the page is a change of the worker, which is what makes a browser fetch anew.
 */
export const precache = (): Plugin => {
  let publicFolder = ''
  return {
    name: 'precache',
    enforce: 'post',
    configResolved(config) {
      publicFolder = config.publicDir
    },
    generateBundle: {
      order: 'post',
      async handler(_options, bundle) {
        const worker = bundle['service-worker.js']
        if (worker?.type !== 'chunk') throw new Error('the build has no service-worker.js')
        // What it shares with the page would be a chunk of its own, which such a worker cannot import.
        if (worker.imports.length > 0) throw new Error(`the service worker imports ${worker.imports.join()}`)
        const page: Record<string, string> = {}
        const python: Record<string, string> = {}
        const libraries: Record<string, string> = {}
        const all = createHash('sha256')
        const own = ownChunks(bundle)
        for (const [name, file] of Object.entries(bundle).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
          if (file === worker || /\.(br|gz|map)$/.test(name)) continue
          const digest = hashOf(file.type === 'chunk' ? file.code : file.source)
          all.update(name).update(digest)
          if (name.startsWith('pyodide/')) python[`/${name}`] = digest
          else if (file.type === 'chunk' ? !own.has(name) : isScript(file)) libraries[`/${name}`] = digest
          // Every browser with service workers takes woff2, the first of the three forms a style sheet names.
          else if (!/\.(woff|ttf)$/.test(name)) page[name === 'index.html' ? '/' : `/${name}`] = digest
        }
        page[`/${icon}`] = hashOf(await readFile(join(publicFolder, icon)))
        const version = all.digest('hex').slice(0, 16)
        const list = { version, page, python, libraries }
        worker.code = worker.code.replaceAll('__PRECACHE__', () => JSON.stringify(list))
      },
    },
  }
}
