import type { LoggedUpdate, UpdateLog } from '../../relay/log/update-log.ts'

/** Every update of a document, oldest first. */
export const historyOf = async (updates: UpdateLog, docId: string): Promise<readonly LoggedUpdate[]> => {
  const rows: LoggedUpdate[] = []
  for await (const some of updates.beginning(docId, Infinity)) rows.push(...some)
  return rows
}
