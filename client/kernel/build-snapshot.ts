// Builds what the page starts Python from besides Pyodide's files: the packages in one file, and a memory snapshot with
// them imported. Both are built once for the same inputs, then cached.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withSum } from './snapshot-checksum.ts'

const run = promisify(execFile)

export interface Built {
  /** Contains a digest of the inputs. */
  readonly name: string
  readonly file: string
}

/** `kind` is the suffix of its name; only the latest of each kind is kept. */
const build = async (
  kept: string,
  kind: string,
  made: { readonly version: string; readonly of: readonly (string | Uint8Array)[] },
  make: () => Promise<Uint8Array>,
): Promise<Built> => {
  const hash = createHash('sha256')
  for (const source of made.of) hash.update(typeof source === 'string' ? await readFile(source) : source)
  const name = `python-${made.version}-${hash.digest('hex').slice(0, 12)}.${kind}`
  const file = join(kept, name)
  try {
    await access(file)
    return { name, file }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const content = await make()
  await mkdir(kept, { recursive: true })
  // Concurrent builds write separate files; the last rename wins.
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, content)
  await rename(temporary, file)
  const old = (await readdir(kept)).filter((other) => other.endsWith(`.${kind}`) && other !== name)
  for (const other of old) await rm(join(kept, other), { force: true })
  return { name, file }
}

/** `content` in the format of library.js. */
export const keepLibrary = (version: string, content: Uint8Array, kept: string): Promise<Built> =>
  build(kept, 'library', { version, of: [content] }, () => Promise.resolve(content))

/** `files`: what Pyodide loads; `program`: take-snapshot.js, then its imports; `kept`: the cache folder. */
export const buildSnapshot = (
  version: string,
  files: readonly string[],
  program: readonly [string, ...string[]],
  library: Built,
  kept: string,
): Promise<Built> =>
  build(kept, 'snapshot', { version, of: [...program, ...files, library.file] }, async () => {
    const given = [program[0], library.file]
    const { stdout } = await run(process.execPath, given, { encoding: 'buffer', maxBuffer: 2 ** 28 })
    return withSum(stdout)
  })
