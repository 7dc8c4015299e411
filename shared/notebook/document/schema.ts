// Versions will mix: a page cached by a service worker for months opens a newer document. This check must be in the
// first published version, because it cannot be added to pages already out.
import type * as Y from 'yjs'
import { metaOf } from './layout.ts'
import { isRecord } from '../../record.ts'

/** Additive changes raise `writer` only; `minReader` is the oldest version that may write to such a document. */
export const schema = { writer: 1, minReader: 1 } as const

export type SchemaCheck = { readonly writable: true } | { readonly writable: false; readonly needs: number }

export const checkSchema = (doc: Y.Doc): SchemaCheck => {
  const found = metaOf(doc).get('schema')
  const needs = isRecord(found) && 'minReader' in found ? Number(found['minReader']) : schema.minReader
  return Number.isFinite(needs) && needs > schema.writer ? { writable: false, needs } : { writable: true }
}
