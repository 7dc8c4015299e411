// Syncs files to disk, in the thread pool.
import { fdatasync, fsync } from 'node:fs'
import { open } from 'node:fs/promises'

export type SyncFile = (descriptor: number) => Promise<void>

const promised =
  (call: (descriptor: number, done: (error: NodeJS.ErrnoException | null) => void) => void): SyncFile =>
  (descriptor) =>
    new Promise((resolve, reject) => call(descriptor, (error) => (error ? reject(error) : resolve())))

export const syncFile: SyncFile = promised(fdatasync)

export const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r')
  try {
    await promised(fsync)(folder.fd)
  } finally {
    await folder.close()
  }
}
