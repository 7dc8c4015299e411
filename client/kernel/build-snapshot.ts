// What the page starts Python from besides Pyodide's files: the packages in one file, and a snapshot of Python's memory
// with them imported. Both are made once for these files, then kept.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withSum } from './snapshot-checksum.ts'

const run = promisify(execFile)

export interface Built {
  /** Names the exact version and what it was made of: another content has another name. */
  readonly name: string
  readonly file: string
}

/** `kind` is the end of its name; of each kind the latest is kept. */
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
  // Two builds at once write two files; whichever is renamed last stays.
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, content)
  await rename(temporary, file)
  const old = (await readdir(kept)).filter((other) => other.endsWith(`.${kind}`) && other !== name)
  for (const other of old) await rm(join(kept, other), { force: true })
  return { name, file }
}

/** `content` is as library.js reads it. */
export const keepLibrary = (version: string, content: Uint8Array, kept: string): Promise<Built> =>
  build(kept, 'library', { version, of: [content] }, () => Promise.resolve(content))

/** `files`: what Pyodide loads; `program` is take-snapshot.js, then what it imports; `kept` is the folder that snapshots are kept in. */
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
