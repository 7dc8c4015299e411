// An edit of the .ipynb made by another program, as a Yjs update. The document as it was when the file was written is
// forked, the fork is made to say what the file now says, and only the fork's new operations go to the live document:
// the CRDT does the merge, and what people typed meanwhile stays. The fork writes as a client whose id is a hash of
// what is merged and reads no clock, so that merging the same edit twice gives the same operations.
import { toHexString } from 'lib0/buffer'
import { digest as sha256 } from 'lib0/hash/sha256'
import * as Y from 'yjs'
import { sourceDigest, textDigest } from './digest.ts'
import { derivedCellId } from './ids.ts'
import { cellMap, cellsOf, metaOf, nbmetaOf, newCellMap, resultMap, textOf, type CellMap } from './layout.ts'
import { longestIncreasing, matchCells } from './match.ts'
import { cellId, type Cell, type CellId, type Leaves, type Notebook } from './notebook.ts'
import { byOrder, orderTag, place } from './order.ts'
import { docIdOf, listCells, readHead, readKind, readSource, visibleCells } from './read.ts'
import { newResultMap, replaceResult } from './result.ts'
import { rewrite } from './text-edits.ts'

/** Raised whenever the same edit would give other operations. */
const mergeVersion = 1

export interface Base {
  /** The whole document as one update. */
  readonly state: Uint8Array
  /** What its file says: cell for cell the document's visible cells. */
  readonly notebook: Notebook
}

export interface Fork {
  /** The edit's own operations. */
  readonly update: Uint8Array
  /** The document that says what the file says, as one update. */
  readonly state: Uint8Array
  /** The document's cells as the file has them, in the file's order. */
  readonly cells: readonly { readonly id: CellId; readonly source: string }[]
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

/** The document's own cells under the file's: visible ones as the file says them, deleted ones by their id alone. */
interface Known {
  readonly id: CellId
  readonly kind: string
  readonly source: string
  readonly cell: Cell | null
}

const knownCells = (doc: Y.Doc, file: Notebook): Known[] => {
  const [visible, deleted] = [[], []] as [Known[], Known[]]
  for (const entry of listCells(doc)) {
    const cell = entry.deleted === null ? file.cells[visible.length] : undefined
    // A source no text has, so that what was deleted comes back by its id only.
    if (cell === undefined) deleted.push({ id: entry.id, kind: '', source: '\0', cell: null })
    else visible.push({ id: entry.id, kind: cell.kind, source: cell.source, cell })
  }
  return [...visible, ...deleted]
}

const setLeaves = (map: unknown, before: Leaves, after: Leaves): void => {
  if (!(map instanceof Y.Map)) return
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) map.delete(key)
  for (const [key, leaf] of Object.entries(after)) if (!same(before[key], leaf)) map.set(key, leaf)
}

/**
 * Whether a cell of the file came into the live document since the base: where the edit was made from a later version
 * than anyone could tell, such a cell must not come in a second time. Each is told once.
 */
const arrivals = (live: Y.Doc, base: Y.Doc): ((cell: Cell) => boolean) => {
  const left = visibleCells(live).filter((id) => cellMap(base, id) === undefined)
  return (cell) => {
    const at = left.findIndex((id) => {
      const map = cellMap(live, id)
      if (map === undefined || (cell.id !== '' && cell.id !== id)) return false
      return readKind(map) === cell.kind && readSource(map) === cell.source
    })
    if (at >= 0) left.splice(at, 1)
    return at >= 0
  }
}

/** A result that came after the base is newer than what the file says of it. */
const isNewer = (live: Y.Doc, base: Y.Doc, id: CellId): boolean => {
  const [now, then] = [readHead(live, id), readHead(base, id)]
  return now?.run?.id !== then?.run?.id || now?.status === 'running' || then?.status === 'running'
}

const setResult = (map: CellMap, before: Cell['result'], after: Cell['result']): void => {
  if (same(before, after)) return
  const result = resultMap(map)
  const reply = result === undefined ? undefined : textOf(result, 'reply')
  const onlyReply = before !== null && after !== null && same({ ...before, reply: after.reply }, after)
  if (onlyReply && reply !== undefined && after.reply !== null) rewrite(reply, after.reply)
  else replaceResult(map, after)
}

const change = (map: CellMap, before: Cell, after: Cell, keepResult: boolean): void => {
  const source = textOf(map, 'source')
  if (before.kind !== after.kind) map.set('kind', after.kind)
  if (before.source !== after.source && source !== undefined) rewrite(source, after.source)
  setLeaves(map.get('meta'), before.meta, after.meta)
  setLeaves(map.get('attachments'), before.attachments, after.attachments)
  if (!same(before.extra, after.extra)) map.set('extra', after.extra)
  if (!keepResult) setResult(map, before.result, after.result)
}

/**
 * `edited` was made from `base`, as far as anyone can tell; `digest` names its file. `live` is only read: a result or
 * a cell it has and the base has not is never written over.
 */
export const forkOutside = (base: Base, edited: Notebook, digest: string, live: Y.Doc): Fork => {
  const doc = new Y.Doc({ gc: false })
  Y.applyUpdate(doc, base.state)
  const before = Y.encodeStateVector(doc)
  const seed = textDigest(JSON.stringify([mergeVersion, toHexString(sha256(base.state)), digest]))
  doc.clientID = Number.parseInt(seed.slice(0, 8), 16)
  const docId = docIdOf(doc) ?? ''
  const known = knownCells(doc, base.notebook)
  const all = matchCells(known, edited.cells)
  const arrived = arrivals(live, doc)
  const isThere = edited.cells.map((cell, at) => all[at] === null && arrived(cell))
  const cells = edited.cells.filter((_, at) => isThere[at] !== true)
  const matched = all.filter((_, at) => isThere[at] !== true)
  const taken = new Set<string>([...cellsOf(doc).keys(), ...cellsOf(live).keys()])
  /** An id for a cell the document never had: the file's, where nobody has it. */
  const fresh = (cell: Cell): CellId => {
    let id: string = cell.id
    for (let occurrence = 0; id === '' || taken.has(id); occurrence++)
      id = derivedCellId(docId + digest, cell.source, occurrence)
    taken.add(id)
    return cellId(id)
  }
  const ids = cells.map((cell, at) => known[matched[at] ?? -1]?.id ?? fresh(cell))

  doc.transact(() => {
    const meta = metaOf(doc)
    if (!same(base.notebook.format, edited.format)) meta.set('format', edited.format)
    if (!same(base.notebook.extra, edited.extra)) meta.set('extra', edited.extra)
    setLeaves(nbmetaOf(doc), base.notebook.meta, edited.meta)
    const orders = ordersFor(doc, ids, matched)
    cells.forEach((cell, at) => {
      const [id, was] = [ids[at], known[matched[at] ?? -1]]
      if (id === undefined) throw new Error('an id for every cell')
      const order = orders.get(id)
      let map = cellMap(doc, id)
      if (map === undefined || was === undefined) {
        map = newCellMap({ ...cell, order: order ?? '', deleted: null })
        cellsOf(doc).set(id, map)
        if (cell.result !== null) map.set('result', newResultMap(cell.result))
        return
      }
      if (order !== undefined) map.set('order', order)
      // Deleted here, and in the file: it is brought back with its text, never made anew.
      if (was.cell === null) map.set('deleted', null)
      change(
        map,
        was.cell ?? { ...cell, kind: readKind(map), source: readSource(map) },
        cell,
        isNewer(live, doc, id),
      )
    })
    const there = new Set<string>(ids)
    for (const { id, cell } of known) {
      const map = cellMap(doc, id)
      if (cell === null || there.has(id) || map === undefined) continue
      map.set('deleted', { by: null, at: null, digest: sourceDigest(readSource(map)) })
    }
  })
  const fork: Fork = {
    update: Y.encodeStateAsUpdate(doc, before),
    state: Y.encodeStateAsUpdate(doc),
    cells: cells.map(({ source }, at) => ({ id: ids[at] ?? cellId(''), source })),
  }
  doc.destroy()
  return fork
}

/** New order keys for the cells that have to move, and for new ones; the others stay where they are. */
const ordersFor = (
  doc: Y.Doc,
  ids: readonly CellId[],
  matched: readonly (number | null)[],
): ReadonlyMap<string, string> => {
  const entries = new Map(listCells(doc).map((entry) => [entry.id as string, entry]))
  // Where each matched cell stands in the document, deleted ones among the others.
  const position = new Map([...entries.keys()].map((id, index) => [id, index]))
  const stays = longestIncreasing(
    ids.map((id, at) => (matched[at] === null ? null : (position.get(id) ?? null))),
  )
  const orders = new Map<string, string>()
  const row = ids
    .map((id, at) => ({ id: id as string, order: entries.get(id)?.order ?? '', stays: stays.has(at) }))
    .filter((entry) => entry.stays)
    .map(({ id, order }) => ({ id, order }))
    .sort(byOrder)
  const tag = orderTag(doc.clientID)
  ids.forEach((id, at) => {
    if (stays.has(at)) return
    const { key, rekeyed } = place(row, at, tag)
    for (const [other, order] of rekeyed) {
      orders.set(other, order)
      const entry = row.find((candidate) => candidate.id === other)
      if (entry !== undefined) entry.order = order
    }
    orders.set(id, key)
    row.splice(at, 0, { id, order: key })
  })
  return orders
}
