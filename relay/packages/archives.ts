// Sources of Python packages on GitHub (`pip install git+https://…`), which browsers cannot fetch themselves (CORS). The
// archive of a commit never changes and is cached.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sizeOf } from './store.ts'
import type { Upstreams } from './upstream.ts'

/** The server GitHub redirects to for archives. */
export const archiveHost = 'https://codeload.github.com'

const commit = /^[0-9a-f]{40}$/

export interface Archive {
  readonly file: string
  readonly size: number
}

export class Archives {
  /** `base` with a slash at the end. */
  constructor(
    private readonly folder: string,
    private readonly base: string,
    private readonly upstreams: Upstreams,
  ) {}

  /** A zip. `ref`: a branch, tag or commit, HEAD for the usual branch. */
  async get(owner: string, name: string, ref: string): Promise<Archive> {
    const file = join(this.folder, `${owner}+${name}+${encodeURIComponent(ref)}.zip`)
    const kept = commit.test(ref) ? await sizeOf(file) : null
    if (kept !== null) return { file, size: kept }
    const path = [owner, name, 'archive', `${ref}.zip`].map(encodeURIComponent).join('/')
    await this.upstreams.download(`${owner}/${name} at ${ref}`, new URL(path, this.base), null, file)
    return { file, size: (await stat(file)).size }
  }
}
