// The wheels of Pyodide's distribution: the lock file of our version has their names and checksums.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import { isMissing } from '../disk/atomic.ts'
import { HttpError } from '../http/answer.ts'
import type { PackageStore, Wheel } from './store.ts'

const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/))
const lockFile = z.object({
  packages: z.record(z.string(), z.object({ file_name: z.string(), sha256 })),
})
const description = z.object({ version: z.string().check(z.regex(/^[\w.-]+$/)) })

/** Where Pyodide publishes the wheels of a version. */
export const usualOrigin = 'https://cdn.jsdelivr.net'
const usualBase = (version: string): string => `${usualOrigin}/pyodide/v${version}/full/`

export class Distribution {
  /** `folder` has the interpreter's files; `base` null means the default source of that version. */
  constructor(
    private readonly folder: string,
    private readonly base: string | null,
    private readonly store: PackageStore,
  ) {}

  async wheel(name: string): Promise<Wheel> {
    const { packages } = lockFile.parse(await this.read('pyodide-lock.json'))
    const found = Object.values(packages).find(({ file_name }) => file_name === name)
    if (found === undefined) throw new HttpError('not_found', `no package file ${name} for this Python`)
    return this.store.get(name, found.sha256, async () => new URL(name, await this.from()))
  }

  private async from(): Promise<string> {
    return this.base ?? usualBase(description.parse(await this.read('package.json')).version)
  }

  private async read(name: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.folder, name), 'utf8')) as unknown
    } catch (error) {
      if (isMissing(error)) throw new HttpError('not_found', `this relay has no ${name}`)
      throw error
    }
  }
}
