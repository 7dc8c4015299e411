// The layout of the Y.Doc. Code outside this folder uses the document only through its functions.
//
//   meta     Y.Map   schema {writer, minReader} · docId · import {version, digest} · format · extra
//   nbmeta   Y.Map<key, Leaf>            notebook metadata, the last writer wins per key
//   cells    Y.Map<CellId, Y.Map>
//     kind         a KindName ('code', 'note', …); changed in place, a cell is never recreated
//     order        string; the list is sorted by (order, id)
//     source       Y.Text, LF only; created with the cell and never replaced
//     deleted      null | {by, user?, at, digest}; digest of the source at deletion
//     meta         Y.Map<key, Leaf>
//     attachments  Y.Map<name, Leaf>
//     extra        Leaf; needed only by the file format
//     mark         null | {why, theirs, result?}; a conflict with an outside edit, until dismissed
//     request      null | {id, by, user?, to, at, saw, sourceDigest?, goOn?, references?, stop?}
//     result       Y.Map, created by the executor when it starts and replaced whole:
//       run        null (imported) | {id, by, user?, executor, startedAt, endedAt, count, sourceDigest}
//       count      number | null; In [n] of an imported result
//       status     'running' | 'done' | 'error' | 'interrupted'; one writer, the executor
//       outputs    Y.Array<Leaf | Y.Map {output_type: 'stream', name, text: Y.Text}>
//       reply, thinking   Y.Text, prompts only
//       calls      Y.Array<Y.Map>, see calls.ts; Leaf in those from older files; prompts only
//       references Leaf, prompts only; see references.ts
//       receipt    Leaf {model, end?, input?, …}, see receipt.ts; answers of a model only
//   widgets  Y.Map, see widgets.ts
//   threads, resolved, messages   Y.Map, see threads.ts
//   changes  Y.Map, see review.ts
//   copies   Y.Map, see copies.ts
//
// Cells are a map with order keys and not a Y.Array: in an array a move is delete + insert, so two moves of one cell
// duplicate it, and typing during a move is lost.
import * as Y from 'yjs'
import { leafOf } from '../leaf.ts'
import type { By } from '../person.ts'
import { referencesLeaf } from '../references.ts'
import type { CellId, KindName, Leaf, Leaves, Mark, RunRequest } from '../notebook.ts'

export type Value = Leaf | Y.Map<Value> | Y.Array<Value> | Y.Text
export type CellMap = Y.Map<Value>
export type ResultMap = Y.Map<Value>

export const metaOf = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('meta')
export const nbmetaOf = (doc: Y.Doc): Y.Map<Leaf> => doc.getMap('nbmeta')
export const cellsOf = (doc: Y.Doc): Y.Map<CellMap> => doc.getMap('cells')

/** Undefined if missing, or if a peer has put something else there. */
export const cellMap = (doc: Y.Doc, id: CellId | string): CellMap | undefined => {
  const cell = cellsOf(doc).get(id)
  return cell instanceof Y.Map && cell.get('source') instanceof Y.Text ? cell : undefined
}

export const resultMap = (cell: CellMap): ResultMap | undefined => {
  const result = cell.get('result')
  return result instanceof Y.Map ? result : undefined
}

/** The result of a cell, by its id. */
export const resultOf = (doc: Y.Doc, id: CellId | string): ResultMap | undefined => {
  const cell = cellMap(doc, id)
  return cell === undefined ? undefined : resultMap(cell)
}

export const textOf = (map: Y.Map<Value>, key: string): Y.Text | undefined => {
  const text = map.get(key)
  return text instanceof Y.Text ? text : undefined
}

/** `by` is null if nobody deleted it: an undone insertion, or a file saved without it. */
export interface Deletion extends By<string | null> {
  readonly at: number | null
  readonly digest: string
}

export interface NewCell {
  readonly kind: KindName
  readonly order: string
  readonly source: string
  readonly deleted: Deletion | null
  readonly meta: Readonly<Record<string, Leaf>>
  readonly attachments: Readonly<Record<string, Leaf>>
  readonly extra: Leaf
}

const leavesMap = (leaves: Leaves): Y.Map<Value> =>
  new Y.Map<Value>(Object.entries(leaves).map(([key, leaf]) => [key, leafOf(leaf)]))

/** The keys are set in a fixed order, which the deterministic import relies on. */
export const newCellMap = (cell: NewCell): CellMap => {
  const map: CellMap = new Y.Map()
  map.set('kind', cell.kind)
  map.set('order', cell.order)
  map.set('source', new Y.Text(cell.source))
  map.set('deleted', cell.deleted === null ? null : { ...cell.deleted })
  map.set('meta', leavesMap(cell.meta))
  map.set('attachments', leavesMap(cell.attachments))
  map.set('extra', leafOf(cell.extra))
  map.set('request', null)
  return map
}

export const requestLeaf = ({ references, ...request }: RunRequest): Leaf => ({
  ...request,
  ...(references === undefined ? {} : { references: referencesLeaf(references) }),
})

/** Outputs as in the file. */
export const markLeaf = ({ why, theirs, result }: Mark): Leaf => ({
  why,
  theirs,
  ...(result === undefined
    ? {}
    : {
        result:
          result === null
            ? null
            : {
                count: result.count,
                status: result.status,
                outputs: result.outputs.map((output): Leaf =>
                  output.live ? { ...output.stream } : output.leaf,
                ),
                reply: result.reply,
                thinking: result.thinking,
                calls: result.calls,
                ...(result.receipt === undefined ? {} : { receipt: { ...result.receipt } }),
                ...(result.references === undefined ? {} : { references: referencesLeaf(result.references) }),
              },
      }),
})
