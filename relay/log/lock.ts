// One relay a folder: two would each hold half of what is typed. SQLite's lock on an open file ends with the process,
// however that ends, so nothing stale can be left behind.
import Database from 'libsql'

/** The function that gives the lock back, or null when another process holds it. */
export const takeLock = (file: string): (() => void) | null => {
  const database = new Database(file)
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    database.close()
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') return null
    throw error
  }
  return () => {
    database.exec('ROLLBACK')
    database.close()
  }
}
