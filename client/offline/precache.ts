import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin, Rolldown } from 'vite'

const hashOf = (source: string | Uint8Array): string => createHash('sha256').update(source).digest('hex')

/** Chart and widget libraries, and the one for models: large, mostly unmodified from packages, that few visits need. */
const isLibrary = (file: Rolldown.OutputAsset): boolean =>
  file.fileName === 'frame/controls.js' ||
  file.originalFileNames.some((name) => /node_modules\/.*\.(js|wasm)$/.test(name))

/** The chunks with our own modules and their static imports, but not packages that are only imported dynamically. */
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

/**
 * Lists the files to cache with their digests in the service worker. The version is a hash of everything, including
 * index.html, so that any change of the page also changes the worker and makes browsers update.
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
        // A classic worker cannot import chunks, so it must not share modules with the page.
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
          else if (file.type === 'chunk' ? !own.has(name) : isLibrary(file)) libraries[`/${name}`] = digest
          // Browsers with service workers use the woff2 fonts.
          else if (!/\.(woff|ttf)$/.test(name)) page[name === 'index.html' ? '/' : `/${name}`] = digest
        }
        // Not part of the bundle.
        for (const name of (await readdir(publicFolder)).toSorted())
          page[`/${name}`] = hashOf(await readFile(join(publicFolder, name)))
        const version = all.digest('hex').slice(0, 16)
        const list = { version, page, python, libraries }
        worker.code = worker.code.replaceAll('__PRECACHE__', () => JSON.stringify(list))
      },
    },
  }
}
