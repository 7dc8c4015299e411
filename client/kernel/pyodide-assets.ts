import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'vite'
import { fetchWheels } from '../../scripts/fetch-wheels.js'
import { buildLibrary } from './build-library.ts'
import { buildSnapshot, keepLibrary, type Built } from './build-snapshot.ts'
import wheels from './wheels.json' with { type: 'json' }

const contentTypes = {
  'pyodide.mjs': 'text/javascript',
  'pyodide.asm.mjs': 'text/javascript',
  'pyodide.asm.wasm': 'application/wasm',
  'python_stdlib.zip': 'application/zip',
  'pyodide-lock.json': 'application/json',
  // Reveals the version to the relay.
  'package.json': 'application/json',
} as const
type AssetName = keyof typeof contentTypes
const names = Object.keys(contentTypes) as AssetName[]
const isAssetName = (name: string): name is AssetName => Object.hasOwn(contentTypes, name)

const compress = promisify(brotliCompress)
/** Level 5 of 11 compresses to 6.0 MB in a few seconds; 11 would save half a megabyte and take many times as long. */
const quality = 5

/**
 * Python from our own origin: the interpreter's files under `/pyodide/`, in the dev server (and the browser tests') and
 * in the build, there with `.br` siblings for the relay; plus the packages in one file, and the memory snapshot.
 * `__PYODIDE_BYTES__` is the number of bytes the page fetches, for the progress display; `__PYODIDE_FILES__` its files.
 */
export const pyodideAssets = (): Plugin => {
  const described = createRequire(import.meta.url).resolve('pyodide/package.json')
  const folder = dirname(described)
  let snapshot: Built | null = null
  let library: Built | null = null
  const kept = join(dirname(folder), '.cache/llm-notebook')
  const built = (): Built[] => [library, snapshot].filter((each) => each !== null)
  const fileOf = (name: string): string | null =>
    built().find((each) => each.name === name)?.file ?? (isAssetName(name) ? join(folder, name) : null)
  const listed = async (name: string): Promise<{ readonly file: string; readonly digest: string }> => {
    const content = await readFile(fileOf(name) ?? '')
    return { file: name, digest: createHash('sha256').update(content).digest('hex') }
  }
  return {
    name: 'pyodide-assets',

    async config() {
      const wheelFolder = join(kept, 'wheels')
      await fetchWheels(wheels, wheelFolder)
      const { version } = JSON.parse(await readFile(described, 'utf8')) as { version: string }
      const ours = (name: string): string => join(import.meta.dirname, name)
      const packed = await buildLibrary(
        wheels.map(({ file }) => join(wheelFolder, file)),
        ours('python'),
      )
      library = await keepLibrary(version, packed, kept)
      const program = [ours('take-snapshot.js'), ours('as-in-browsers.js'), ours('library.js')] as const
      const files = names.map((name) => join(folder, name))
      snapshot = await buildSnapshot(version, files, program, library, kept).catch((error: unknown) => {
        console.warn(`No Python snapshot; Python will start more slowly: ${String(error)}`)
        return null
      })
      const fetched = ['pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide-lock.json'].map((name) =>
        join(folder, name),
      )
      fetched.push(...built().map(({ file }) => file))
      const sizes = await Promise.all(fetched.map(async (file) => (await stat(file)).size))
      return {
        define: {
          __PYODIDE_BYTES__: String(sizes.reduce((sum, size) => sum + size, 0)),
          __PYODIDE_FILES__: JSON.stringify({
            ...Object.fromEntries(await Promise.all(names.map(async (name) => [name, await listed(name)]))),
            packages: await listed(library.name),
            snapshot: snapshot && (await listed(snapshot.name)),
          }),
        },
      }
    },

    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const path = (request.url ?? '').split('?', 1)[0] ?? ''
        const name = path.startsWith('/pyodide/') ? path.slice('/pyodide/'.length) : ''
        const file = fileOf(name)
        if (file === null) return next()
        for (const [header, value] of Object.entries(server.config.server.headers ?? {})) {
          if (value !== undefined) response.setHeader(header, value)
        }
        response.setHeader(
          'Content-Type',
          isAssetName(name) ? contentTypes[name] : 'application/octet-stream',
        )
        createReadStream(file).on('error', next).pipe(response)
      })
    },

    async generateBundle() {
      await Promise.all(
        [...names, ...built().map(({ name }) => name)].map(async (name) => {
          const source = await readFile(fileOf(name) ?? '')
          const compressed = await compress(source, {
            params: {
              [constants.BROTLI_PARAM_QUALITY]: quality,
              [constants.BROTLI_PARAM_SIZE_HINT]: source.byteLength,
            },
          })
          this.emitFile({ type: 'asset', fileName: `pyodide/${name}`, source })
          this.emitFile({ type: 'asset', fileName: `pyodide/${name}.br`, source: compressed })
        }),
      )
    },
  }
}
