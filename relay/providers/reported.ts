// The reason in what a server sends instead of a reply. Servers differ: a string, `{message}`, `{error}`, `{detail}`, lists.
import { isRecord } from '../../shared/record.ts'

/** Null if it gives none. */
export const reportedReason = (error: unknown): string | null => {
  if (typeof error === 'string') return error === '' ? null : error
  if (Array.isArray(error)) return reportedReason((error as readonly unknown[])[0])
  if (!isRecord(error)) return null
  for (const key of ['message', 'error', 'detail', 'msg', 'response']) {
    const reason = reportedReason(error[key])
    if (reason !== null) return reason
  }
  return null
}
