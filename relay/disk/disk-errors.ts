// Errors of a disk, or of a service in its place, as messages.

/** A service does not answer or refuses; the message says why. */
export class Unreachable extends Error {}

/** The system's or SQLite's code of an error; '' if it has none. */
export const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : ''

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota of this user is exceeded',
  EFBIG: 'the file would exceed the size limit',
  EROFS: 'the disk is read-only',
  EACCES: 'the relay has no write permission there',
  EPERM: 'the relay has no write permission there',
  EIO: 'the disk fails',
  EMFILE: 'too many files are open',
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'the relay has no write permission for its log',
}

/** Null if it is no disk error. */
export const diskReason = (error: unknown): string | null => {
  if (error instanceof Unreachable) return error.message
  const code = errorCode(error)
  return reasons[code] ?? (/^SQLITE_(IOERR|CANTOPEN)/.test(code) ? 'the disk fails' : null)
}
