// The cache of wheels, by checksum.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SharedCalls } from '../../shared/shared-calls.ts'
import { isMissing } from '../disk/atomic.ts'
import type { Upstreams } from './upstream.ts'

export interface Wheel {
  readonly file: string
  readonly size: number
  readonly sha256: string
}

export class PackageStore {
  /** By checksum. */
  private readonly downloads = new SharedCalls<void>()

  /** `folder` is created with the first wheel. */
  constructor(
    private readonly folder: string,
    private readonly upstreams: Upstreams,
  ) {}

  /** From the cache, else from `url()`, with one download for concurrent callers. `what` names it in messages. */
  async get(what: string, sha256: string, url: () => Promise<URL>): Promise<Wheel> {
    const file = join(this.folder, sha256)
    const size = await sizeOf(file)
    if (size !== null) return { file, size, sha256 }
    await this.downloads.run(sha256, async () => this.upstreams.download(what, await url(), sha256, file))
    return { file, size: (await stat(file)).size, sha256 }
  }
}

/** Null if there is no such file. */
export const sizeOf = async (file: string): Promise<number | null> => {
  try {
    return (await stat(file)).size
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
