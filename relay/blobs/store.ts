// Where the relay keeps blobs: a file each, named by what is in it. A blob nobody refers to is removed once it is
// old: somebody may be about to refer to it.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isBlobName } from '../../shared/notebook/blob.ts'
import { isMissing, writeAtomically } from '../files/atomic.ts'
import { digestOf } from '../files/folder.ts'

/** Bytes of blobs that are kept in memory, because a notebook's file is written anew with all of them. */
const rememberedBytes = 64 << 20

export type Kept = 'kept' | 'wrong name'

export class Blobs {
  readonly #root: string
  readonly #remembered = new Map<string, Uint8Array>()
  #bytes = 0
  readonly #waiting = new Map<string, Set<() => void>>()

  /** `root` is made when there is something to put in it. */
  constructor(root: string) {
    this.#root = root
  }

  /** Whether it is there; if so it counts as new, as whoever asks is about to refer to it. */
  async renew(name: string): Promise<boolean> {
    if ((await this.read(name)) === null) return false
    const now = new Date()
    await utimes(this.#fileOf(name), now, now)
    return true
  }

  async read(name: string): Promise<Uint8Array | null> {
    const known = this.#remembered.get(name)
    if (known !== undefined) return known
    try {
      return this.#checked(name, await readFile(this.#fileOf(name)))
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** As `read`, for the few that must not wait. */
  readNow(name: string): Uint8Array | null {
    const known = this.#remembered.get(name)
    if (known !== undefined) return known
    try {
      return this.#checked(name, readFileSync(this.#fileOf(name)))
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  }

  /** Written and on the disk when it resolves. The bytes must be what the name says. */
  async keep(name: string, bytes: Uint8Array): Promise<Kept> {
    if (name !== `sha256-${digestOf(bytes)}`) return 'wrong name'
    if (!(await this.renew(name))) {
      const file = this.#fileOf(name)
      await mkdir(dirname(file), { recursive: true })
      await writeAtomically(file, bytes)
    }
    this.#remember(name, bytes)
    for (const arrived of this.#waiting.get(name) ?? []) arrived()
    return 'kept'
  }

  async keepAll(blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [name, bytes] of blobs)
      if ((await this.keep(name, bytes)) !== 'kept') throw new Error(`${name} is not what it says`)
  }

  /** Calls once when the blob comes; gives what calls it off. */
  whenKept(name: string, arrived: () => void): () => void {
    const listeners = this.#waiting.get(name) ?? new Set()
    const off = (): void => {
      listeners.delete(once)
      if (listeners.size === 0 && this.#waiting.get(name) === listeners) this.#waiting.delete(name)
    }
    const once = (): void => {
      off()
      arrived()
    }
    this.#waiting.set(name, listeners.add(once))
    return off
  }

  /** Those last written or renewed before a time in milliseconds since 1970. */
  async olderThan(time: number): Promise<readonly string[]> {
    const found: string[] = []
    for (const folder of await this.#list(this.#root))
      for (const name of await this.#list(join(this.#root, folder))) {
        if (!isBlobName(name)) continue
        if ((await stat(this.#fileOf(name))).mtimeMs < time) found.push(name)
      }
    return found
  }

  async remove(name: string): Promise<void> {
    this.#forget(name)
    await unlink(this.#fileOf(name))
  }

  async #list(folder: string): Promise<readonly string[]> {
    try {
      return await readdir(folder)
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  #fileOf(name: string): string {
    if (!isBlobName(name)) throw new Error('the name of a blob is its digest')
    return join(this.#root, name.slice(7, 9), name)
  }

  /** What a disk has damaged is as good as gone. */
  #checked(name: string, bytes: Uint8Array): Uint8Array | null {
    if (name !== `sha256-${digestOf(bytes)}`) return null
    this.#remember(name, bytes)
    return bytes
  }

  #remember(name: string, bytes: Uint8Array): void {
    this.#forget(name)
    this.#remembered.set(name, bytes)
    this.#bytes += bytes.byteLength
    for (const oldest of this.#remembered.keys()) {
      if (this.#bytes <= rememberedBytes) return
      this.#forget(oldest)
    }
  }

  #forget(name: string): void {
    this.#bytes -= this.#remembered.get(name)?.byteLength ?? 0
    this.#remembered.delete(name)
  }
}
