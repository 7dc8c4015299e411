// What a disk, or a service in its place, says when it does not take or give what it should, for a person.

/** A service does not answer, or refuses; carries why. */
export class Unreachable extends Error {}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  EFBIG: 'the file would be larger than is allowed',
  EROFS: 'the disk may only be read',
  EACCES: 'the relay may not write there',
  EPERM: 'the relay may not write there',
  EIO: 'the disk fails',
  EMFILE: 'too many files are open',
  SQLITE_FULL: 'the disk is full',
  SQLITE_READONLY: 'the relay may not write its log',
}

/** null where the error is none of the disk's. */
export const diskReason = (error: unknown): string | null => {
  if (error instanceof Unreachable) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (/^SQLITE_(IOERR|CANTOPEN)/.test(code) ? 'the disk fails' : null)
}
