// One relay per folder: two would each have half of the edits. SQLite's lock on an open file ends with the process,
// however that ends, so it never becomes stale.
import Database from 'libsql'
import { errorCode } from '../disk/disk-errors.ts'

/** A function that releases the lock, or null if another process holds it. */
export const takeLock = (file: string): (() => void) | null => {
  const database = new Database(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (errorCode(error) === 'SQLITE_BUSY') return null
    throw error
  }
  return () => {
    database.exec('ROLLBACK')
    database.close()
  }
}
