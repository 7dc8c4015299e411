// Only a regular file is read: opening a pipe or reading a device would not end.
import { constants, type BigIntStats } from 'node:fs'
import { open } from 'node:fs/promises'
import { errorCode } from '../disk/disk-errors.ts'
import { Unreadable } from './notebook-files.ts'

export const noFile = 'it is no regular file'

const whyUnreadable: Readonly<Record<string, string>> = {
  EACCES: 'the relay may not read it',
  EPERM: 'the relay may not read it',
  ELOOP: 'its symlinks lead in a circle',
  EISDIR: 'it is a folder',
  // A socket.
  ENXIO: noFile,
}

export const asUnreadable = (error: unknown): unknown => {
  const why = whyUnreadable[errorCode(error)]
  return why === undefined ? error : new Unreadable(why)
}

export const readRegular = async (path: string): Promise<{ bytes: Buffer; found: BigIntStats }> => {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const found = await handle.stat({ bigint: true })
      if (!found.isFile()) throw new Unreadable(noFile)
      return { bytes: await handle.readFile(), found }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw asUnreadable(error)
  }
}
