// Which history of which document this browser holds for a path. It decides the IndexedDB database that is opened
// and the epoch this page connects with, so that two histories never meet as bytes.
import { readStored, removeStored, storedUnder, writeStored } from './browser-store.ts'

export interface History {
  readonly docId: string
  readonly epoch: string
}

const key = (path: string): string => `llm-notebook.history.${path}`
const supersededKey = (path: string): string => `llm-notebook.superseded.${path}`

const parse = (value: unknown): History | null => {
  if (typeof value !== 'object' || value === null || !('docId' in value) || !('epoch' in value)) return null
  const { docId, epoch } = value
  return typeof docId === 'string' && typeof epoch === 'string' ? { docId, epoch } : null
}

/** Paths of the notebooks that this browser has. */
export const keptPaths = (): readonly string[] =>
  storedUnder(key('')).filter((path) => findHistory(path) !== null)
export const findHistory = (path: string): History | null => readStored(key(path), parse)
export const keepHistory = (path: string, history: History): boolean => writeStored(key(path), history)
export const forgetHistory = (path: string): void => removeStored(key(path))

/** The relay holds another history now; this one has words that it never had, and that are not saved elsewhere yet. */
export const findSuperseded = (path: string): History | null => readStored(supersededKey(path), parse)
export const keepSuperseded = (path: string, history: History): boolean =>
  writeStored(supersededKey(path), history)
export const forgetSuperseded = (path: string): void => removeStored(supersededKey(path))

export const databaseName = ({ docId, epoch }: History): string => `llm-notebook.${docId}.${epoch}`
