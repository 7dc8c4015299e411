// Stores blobs as files named by their digest. Unreferenced blobs are only removed once they are old, because a document
// may be about to refer to a new one.
import { readFileSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, unlink, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ByteCache } from '../../shared/byte-cache.ts'
import { KeyedEmitter } from '../../shared/keyed-emitter.ts'
import { isBlobName } from '../../shared/notebook/output/blob.ts'
import { isMissing, writeAtomically } from '../disk/atomic.ts'
import { digestOf } from '../disk/digest.ts'

/** Bytes. Each time a notebook's file is written, all its blobs are needed. */
const maxCacheSize = 64 << 20

export type Kept = 'kept' | 'wrong name'

const noneIfMissing = (error: unknown): null => {
  if (isMissing(error)) return null
  throw error
}

export class Blobs {
  private readonly cache = new ByteCache(maxCacheSize)
  private readonly arrivals = new KeyedEmitter<string>()

  /** `root` is created with the first blob. */
  constructor(private readonly root: string) {}

  /** Whether the blob exists. If so, it counts as new, because the caller is about to refer to it. */
  async touch(name: string): Promise<boolean> {
    if ((await this.read(name)) === null) return false
    const now = new Date()
    await utimes(this.fileOf(name), now, now)
    return true
  }

  async read(name: string): Promise<Uint8Array | null> {
    return this.cache.get(name) ?? this.checked(name, await readFile(this.fileOf(name)).catch(noneIfMissing))
  }

  /** Synchronous `read`. */
  readNow(name: string): Uint8Array | null {
    const known = this.cache.get(name)
    if (known !== undefined) return known
    try {
      return this.checked(name, readFileSync(this.fileOf(name)))
    } catch (error) {
      return noneIfMissing(error)
    }
  }

  /** The blob is durable when this resolves. */
  async keep(name: string, bytes: Uint8Array): Promise<Kept> {
    if (name !== `sha256-${digestOf(bytes)}`) return 'wrong name'
    if (!(await this.touch(name))) {
      const file = this.fileOf(name)
      await mkdir(dirname(file), { recursive: true })
      await writeAtomically(file, bytes)
    }
    this.cache.add(name, bytes)
    this.arrivals.emit(name)
    return 'kept'
  }

  async putAll(blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const [name, bytes] of blobs)
      if ((await this.keep(name, bytes)) !== 'kept')
        throw new Error(`the content of ${name} does not match its digest`)
  }

  /** Calls `arrived` once when the blob is stored; the returned function cancels that. */
  onceStored(name: string, arrived: () => void): () => void {
    const off = this.arrivals.on(name, () => {
      off()
      arrived()
    })
    return off
  }

  /** The blobs last written or renewed before `time`, in milliseconds since 1970. */
  async olderThan(time: number): Promise<readonly string[]> {
    const found: string[] = []
    for (const folder of await this.list(this.root))
      for (const name of await this.list(join(this.root, folder))) {
        if (!isBlobName(name)) continue
        if ((await stat(this.fileOf(name))).mtimeMs < time) found.push(name)
      }
    return found
  }

  async remove(name: string): Promise<void> {
    this.cache.remove(name)
    await unlink(this.fileOf(name))
  }

  private async list(folder: string): Promise<readonly string[]> {
    return (await readdir(folder).catch(noneIfMissing)) ?? []
  }

  private fileOf(name: string): string {
    if (!isBlobName(name)) throw new Error(`not a blob name: ${name}`)
    return join(this.root, name.slice(7, 9), name)
  }

  /** A damaged blob counts as missing. */
  private checked(name: string, bytes: Uint8Array | null): Uint8Array | null {
    if (bytes === null || name !== `sha256-${digestOf(bytes)}`) return null
    this.cache.add(name, bytes)
    return bytes
  }
}
