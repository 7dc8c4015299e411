import type { Log } from '../log/log.ts'
import type { Revision } from '../log/revisions.ts'

/** Recorded before our file takes its place: after a crash in between, it must not look like somebody else's. */
export const recordOwn = async (
  { revisions, updates }: Log,
  docId: string,
  base: Omit<Revision, 'written' | 'outside'>,
): Promise<void> => {
  await revisions.add(docId, { ...base, written: false, outside: false })
  await updates.synced()
}
