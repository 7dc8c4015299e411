// Sources of Python packages on GitHub (`pip install git+https://…`): its archives, which a browser may not read from there
// (CORS). One of a commit never changes, and is kept.
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing } from '../disk/atomic.ts'
import type { Upstreams } from './upstream.ts'

/** Where GitHub's archives really come from. */
export const archiveHost = 'https://codeload.github.com'

const commit = /^[0-9a-f]{40}$/

export interface Archive {
  readonly file: string
  readonly size: number
  /** Changes with the content. */
  readonly tag: string
}

export class Archives {
  private readonly folder: string
  private readonly base: string
  private readonly upstreams: Upstreams

  /** `base` with a slash at the end. */
  constructor(folder: string, base: string, upstreams: Upstreams) {
    this.folder = folder
    this.base = base
    this.upstreams = upstreams
  }

  /** A zip. `ref`: a branch, tag or commit, HEAD for the usual branch. */
  async get(owner: string, name: string, ref: string): Promise<Archive> {
    const file = join(this.folder, `${owner}+${name}+${encodeURIComponent(ref)}.zip`)
    const kept = commit.test(ref) ? await archiveIn(file) : null
    if (kept !== null) return kept
    const path = [owner, name, 'archive', `${ref}.zip`].map(encodeURIComponent).join('/')
    await this.upstreams.download(`${owner}/${name} at ${ref}`, new URL(path, this.base), null, file)
    const came = await archiveIn(file)
    if (came === null) throw new Error(`${file} is gone`)
    return came
  }
}

const archiveIn = async (file: string): Promise<Archive | null> => {
  try {
    const { size, mtimeMs } = await stat(file)
    return { file, size, tag: `${size}-${mtimeMs}` }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
