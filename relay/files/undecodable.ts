// Names that are not UTF-8, as old archives bring them: Node reads them with replacement characters, and then finds
// nothing under what it has read.
import { basename } from 'node:path'
import { isThere } from '../disk/atomic.ts'

export const undecodable = 'its name is not UTF-8 text'

/** `path` is as Node has read it in a folder. */
export const isUndecodable = async (path: string): Promise<boolean> =>
  basename(path).includes('\ufffd') && !(await isThere(path))
