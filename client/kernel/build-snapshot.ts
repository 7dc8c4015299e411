// The snapshot of Python's memory that the page starts from: made once for these files of Pyodide, then kept.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withSum } from './snapshot-sum.ts'

const run = promisify(execFile)

export interface Snapshot {
  /** Names the exact version and what it was made of: another content has another name. */
  readonly name: string
  readonly file: string
}

/** `files`: what Pyodide loads; `program` is take-snapshot.js, then what it imports; `kept` is the folder that snapshots are kept in. */
export const buildSnapshot = async (
  version: string,
  files: readonly string[],
  program: readonly [string, ...string[]],
  kept: string,
): Promise<Snapshot> => {
  const hash = createHash('sha256')
  for (const file of [...program, ...files]) hash.update(await readFile(file))
  const name = `python-${version}-${hash.digest('hex').slice(0, 12)}.snapshot`
  const file = join(kept, name)
  try {
    await access(file)
    return { name, file }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  }
  const { stdout } = await run(process.execPath, [program[0]], { encoding: 'buffer', maxBuffer: 2 ** 28 })
  await mkdir(kept, { recursive: true })
  // Two builds at once write two files; whichever is renamed last stays.
  const temporary = `${file}.${process.pid}`
  await writeFile(temporary, withSum(stdout))
  await rename(temporary, file)
  const old = (await readdir(kept)).filter((other) => other.endsWith('.snapshot') && other !== name)
  for (const other of old) await rm(join(kept, other), { force: true })
  return { name, file }
}
