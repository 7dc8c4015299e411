import { fdatasync } from 'node:fs'
import { promisify } from 'node:util'

export type SyncFile = (descriptor: number) => Promise<void>

/** Brings a file's content to disk, in the thread pool. */
export const syncFile: SyncFile = promisify(fdatasync)
