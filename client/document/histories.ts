// The document and epoch this browser holds for a path. They determine the IndexedDB database and the epoch this page
// connects with, so that two histories are never merged as bytes.
import { readStored, removeStored, storedUnder, writeStored } from '../settings/browser-store.ts'
import { isRecord } from '../../shared/record.ts'

export interface DocumentHistory {
  readonly docId: string
  readonly epoch: string
}

const key = (path: string): string => `llm-notebook.history.${path}`
const supersededKey = (path: string): string => `llm-notebook.superseded.${path}`

const parse = (value: unknown): DocumentHistory | null => {
  if (!isRecord(value)) return null
  const { docId, epoch } = value
  return typeof docId === 'string' && typeof epoch === 'string' ? { docId, epoch } : null
}

export const keptPaths = (): readonly string[] =>
  storedUnder(key('')).filter((path) => findHistory(path) !== null)
export const findHistory = (path: string): DocumentHistory | null => readStored(key(path), parse)
export const keepHistory = (path: string, history: DocumentHistory): boolean =>
  writeStored(key(path), history)
export const forgetHistory = (path: string): void => removeStored(key(path))

const parseAll = (value: unknown): readonly DocumentHistory[] | null => {
  // An earlier format had at most one.
  const all: readonly unknown[] = Array.isArray(value) ? value : [value]
  return all.map(parse).filter((history) => history !== null)
}

/** Superseded histories of which the relay does not have everything yet. */
export const findSuperseded = (path: string): readonly DocumentHistory[] =>
  readStored(supersededKey(path), parseAll) ?? []

export const isSame = (a: DocumentHistory, b: DocumentHistory): boolean =>
  a.docId === b.docId && a.epoch === b.epoch

export const keepSuperseded = (path: string, history: DocumentHistory): boolean =>
  writeStored(supersededKey(path), [
    ...findSuperseded(path).filter((other) => !isSame(other, history)),
    history,
  ])

export const forgetSuperseded = (path: string, history: DocumentHistory): void => {
  const left = findSuperseded(path).filter((other) => !isSame(other, history))
  if (left.length === 0) removeStored(supersededKey(path))
  else writeStored(supersededKey(path), left)
}

export const databaseName = ({ docId, epoch }: DocumentHistory): string => `llm-notebook.${docId}.${epoch}`
