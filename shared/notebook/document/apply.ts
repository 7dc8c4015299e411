// The only place where an operation changes the document.
import * as Y from 'yjs'
import { sourceDigest } from '../digest.ts'
import {
  cellMap,
  cellsOf,
  nbmetaOf,
  newCellMap,
  requestLeaf,
  resultMap,
  textOf,
  type CellMap,
} from './layout.ts'
import { leafOf } from '../leaf.ts'
import type { CellId, Leaf } from '../notebook.ts'
import { done, noCell, refused, type After, type Operation, type Outcome } from './operations.ts'
import { orderTag, place, rebalance, type Placement } from './order.ts'
import type { Origin } from './origin.ts'
import { listCells, readHead, readSource } from './read.ts'
import { byOf } from '../person.ts'
import { replaceResult } from './result.ts'

/** Where a cell would come; null if `after` does not exist. */
export const placement = (doc: Y.Doc, after: After, moving: CellId | null): Placement | null => {
  const entries = listCells(doc).filter((entry) => entry.id !== moving)
  const index = after === null ? 0 : entries.findIndex((entry) => entry.id === after) + 1
  if (after !== null && index === 0) return null
  return place(entries, index, orderTag(doc.clientID))
}

const assignKeys = (doc: Y.Doc, keys: ReadonlyMap<string, string>): void => {
  for (const [id, key] of keys) cellMap(doc, id)?.set('order', key)
}

const shorten = (doc: Y.Doc, id: CellId): void => {
  const entries = listCells(doc)
  const keys = rebalance(
    entries,
    entries.findIndex((entry) => entry.id === id),
    orderTag(doc.clientID),
  )
  if (keys.size > 0) doc.transact(() => assignKeys(doc, keys), 'setup' satisfies Origin)
}

const insertCell = (doc: Y.Doc, operation: Operation & { type: 'insert-cell' }, origin: Origin): Outcome => {
  if (cellsOf(doc).has(operation.id)) return refused('a cell with this id already exists')
  const placed = placement(doc, operation.after, null)
  if (placed === null) return noCell
  const source = (operation.source ?? '').replace(/\r\n?/g, '\n')
  // In two transactions, so that undoing an insert is a soft deletion that keeps what others typed into the cell.
  doc.transact(() => {
    assignKeys(doc, placed.rekeyed)
    const cell = newCellMap({
      kind: operation.kind,
      order: placed.key,
      source,
      deleted: { by: null, at: null, digest: sourceDigest(source) },
      meta: operation.meta ?? {},
      attachments: operation.attachments ?? {},
      extra: null,
    })
    cellsOf(doc).set(operation.id, cell)
  }, 'setup' satisfies Origin)
  doc.transact(() => cellMap(doc, operation.id)?.set('deleted', null), origin)
  shorten(doc, operation.id)
  return done
}

const moveCell = (
  doc: Y.Doc,
  cell: CellMap,
  operation: Operation & { type: 'move-cell' },
  origin: Origin,
): Outcome => {
  if (operation.after === operation.id) return done
  const placed = placement(doc, operation.after, operation.id)
  if (placed === null) return noCell
  doc.transact(() => {
    assignKeys(doc, placed.rekeyed)
    cell.set('order', placed.key)
  }, origin)
  shorten(doc, operation.id)
  return done
}

const setKey = (doc: Y.Doc, map: unknown, key: string, value: Leaf | undefined, origin: Origin): Outcome => {
  if (!(map instanceof Y.Map)) return noCell
  doc.transact(() => (value === undefined ? map.delete(key) : map.set(key, leafOf(value))), origin)
  return done
}

/** Running according to the document; whether its executor is alive is for the viewer to derive. */
const isRunning = (cell: CellMap): boolean => resultMap(cell)?.get('status') === 'running'

/** A running cell is asked to stop; a request that has not started is withdrawn. */
const stop = (doc: Y.Doc, cell: CellMap, id: CellId): void => {
  const head = readHead(doc, id)
  if (head === undefined) return
  const { request, run, status } = head
  if (status !== 'running' || run === null) cell.set('request', null)
  else if (request?.id === run.id) cell.set('request', requestLeaf({ ...request, stop: true }))
  else {
    const { id, executor, startedAt } = run
    cell.set('request', requestLeaf({ id, ...byOf(run), to: executor, at: startedAt, saw: null, stop: true }))
  }
}

/**
 * Applies one operation with `origin`. Structural edits by a person are 'command' and can be undone; requests for runs
 * cannot.
 */
export const apply = (doc: Y.Doc, operation: Operation, origin: Origin = 'command'): Outcome => {
  if (operation.type === 'insert-cell') return insertCell(doc, operation, origin)
  if (operation.type === 'set-notebook-meta')
    return setKey(doc, nbmetaOf(doc), operation.key, operation.value, origin)

  const cell = cellMap(doc, operation.id)
  if (cell === undefined) return noCell
  const asking: Origin = origin === 'command' ? 'request' : origin
  switch (operation.type) {
    case 'move-cell':
      return moveCell(doc, cell, operation, origin)
    case 'delete-cell': {
      const { at } = operation
      if (isRunning(cell)) doc.transact(() => stop(doc, cell, operation.id), asking)
      doc.transact(
        () => cell.set('deleted', { ...byOf(operation), at, digest: sourceDigest(readSource(cell)) }),
        origin,
      )
      return done
    }
    case 'restore-cell':
      doc.transact(() => cell.set('deleted', null), origin)
      return done
    case 'set-kind':
      if (isRunning(cell)) return refused('the kind of a running cell cannot be changed')
      if (cell.get('kind') !== operation.kind) doc.transact(() => cell.set('kind', operation.kind), origin)
      return done
    case 'splice-source': {
      const source = textOf(cell, 'source')
      const { from, to, insert } = operation
      if (source === undefined || from < 0 || to < from || to > source.length)
        return refused('no such position in the source')
      doc.transact(() => {
        if (to > from) source.delete(from, to - from)
        if (insert !== '') source.insert(from, insert.replace(/\r\n?/g, '\n'))
      }, origin)
      return done
    }
    case 'set-cell-meta':
      return setKey(doc, cell.get('meta'), operation.key, operation.value, origin)
    case 'set-attachment':
      return setKey(doc, cell.get('attachments'), operation.name, operation.value, origin)
    case 'clear-mark':
      if (cell.get('mark')) doc.transact(() => cell.set('mark', null), asking)
      return done
    case 'withdraw-request': {
      if (readHead(doc, operation.id)?.request?.id !== operation.request)
        return refused('the cell has a newer request')
      doc.transact(() => cell.set('request', null), asking)
      return done
    }
    case 'request-stop':
      doc.transact(() => stop(doc, cell, operation.id), asking)
      return done
    case 'clear-outputs':
      if (isRunning(cell)) return refused('outputs of a running cell cannot be cleared')
      doc.transact(() => replaceResult(cell, null), asking)
      return done
    case 'set-result':
      if (isRunning(cell)) return refused('outputs of a running cell cannot be cleared')
      doc.transact(() => replaceResult(cell, operation.result), origin)
      return done
    default:
      return operation satisfies never
  }
}
