// What was recovered in this browser after the relay had lost a history; shown until dismissed.
import { readStored, removeStored, writeStored } from '../settings/browser-store.ts'
import { isRecord } from '../../shared/record.ts'

export interface RecoveredNotice {
  /** The notebook with the text; null if it was merged. */
  readonly copy: string | null
}

const key = (path: string): string => `llm-notebook.recovered.${path}`

const parse = (value: unknown): readonly RecoveredNotice[] | null =>
  Array.isArray(value)
    ? value.flatMap((entry: unknown) => {
        const copy = isRecord(entry) ? entry['copy'] : undefined
        return typeof copy === 'string' || copy === null ? [{ copy }] : []
      })
    : null

export const recoveredNotices = (path: string): readonly RecoveredNotice[] =>
  readStored(key(path), parse) ?? []

export const addRecovered = (path: string, notice: RecoveredNotice): void => {
  const before = recoveredNotices(path)
  if (!before.some(({ copy }) => copy === notice.copy)) writeStored(key(path), [...before, notice])
}

export const dismissRecovered = (path: string, notice: RecoveredNotice): void => {
  const left = recoveredNotices(path).filter(({ copy }) => copy !== notice.copy)
  if (left.length === 0) removeStored(key(path))
  else writeStored(key(path), left)
}
