// The notebook's packages, in its metadata: everybody who opens it gets the same versions.
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import { onNotebookMeta } from '../../shared/notebook/document/observe.ts'
import type { Origin } from '../../shared/notebook/document/origin.ts'
import { notebookMetaValue } from '../../shared/notebook/document/read.ts'
import type { KeptPackage } from './protocol.ts'
import { packagesKey as key } from '../../shared/notebook/packages.ts'
import { isRecord } from '../../shared/record.ts'

const namePattern = /^[a-z0-9][a-z0-9._-]*$/
const filePattern = /^[\w.+!-]+\.whl$/
const digestPattern = /^[0-9a-f]{64}$/
const maxPackages = 1_000

export const parseKeptPackage = (value: unknown): KeptPackage | null => {
  if (!isRecord(value)) return null
  // A list of names and versions alone comes from a script (PEP 723): the first run finds their wheels.
  const { name, version, file = '', sha256 = null, path = '' } = value
  if (typeof name !== 'string' || !namePattern.test(name) || typeof version !== 'string') return null
  if (typeof file !== 'string' || (file !== '' && !filePattern.test(file)) || typeof path !== 'string')
    return null
  if (sha256 !== null && (typeof sha256 !== 'string' || !digestPattern.test(sha256))) return null
  return { name, version, file, sha256, path }
}

/** The valid entries of the metadata. */
export const readKeptPackages = (doc: Y.Doc): readonly KeptPackage[] => {
  const value = notebookMetaValue(doc, key)
  if (!Array.isArray(value)) return []
  return value
    .slice(0, maxPackages)
    .map(parseKeptPackage)
    .filter((each) => each !== null)
}

/** Adds and removes packages. Sorted, so that a file changes only when they do. */
export const keepPackages = (
  doc: Y.Doc,
  kept: readonly KeptPackage[],
  removed: readonly string[],
  origin: Origin = 'kernel',
): void => {
  const gone = new Set([...removed, ...kept.map(({ name }) => name)])
  const before = readKeptPackages(doc)
  const after = [...before.filter(({ name }) => !gone.has(name)), ...kept].toSorted((a, b) =>
    a.name < b.name ? -1 : 1,
  )
  if (JSON.stringify(after) === JSON.stringify(before)) return
  const value = after.length === 0 ? undefined : after.map((each) => ({ ...each }))
  apply(doc, { type: 'set-notebook-meta', key, value }, origin)
}

/** Called when they may have changed. */
export const onKeptPackages = (doc: Y.Doc, listener: () => void): (() => void) =>
  onNotebookMeta(doc, key, listener)
