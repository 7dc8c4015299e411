// The cells in which others have written since this browser's last visit, by the state vector stored then.
import { fromBase64, toBase64 } from 'lib0/buffer'
import * as Y from 'yjs'
import { Emitter } from '../../shared/emitter.ts'
import { writtenSince } from '../../shared/notebook/document/authors.ts'
import { visibleCells } from '../../shared/notebook/document/read.ts'
import { cellId, type CellId } from '../../shared/notebook/notebook.ts'
import { isRecord } from '../../shared/record.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import type { OpenNotebook } from './open.ts'

interface Visit {
  /** State vector at the end of the visit. */
  readonly vector: string
  /** Changed cells that were not looked at. */
  readonly unseen: readonly string[]
}

const keyOf = (docId: string): string => `llm-notebook.visit.${docId}`

const parseVisit = (value: unknown): Visit | null => {
  if (!isRecord(value) || typeof value['vector'] !== 'string' || !Array.isArray(value['unseen'])) return null
  const unseen = value['unseen'].filter((id: unknown): id is string => typeof id === 'string')
  return { vector: value['vector'], unseen }
}

const clocksOf = (vector: string): ReadonlyMap<number, number> | null => {
  try {
    return Y.decodeStateVector(fromBase64(vector))
  } catch (error) {
    // Invalid.
    if (error instanceof Error) return null
    throw error
  }
}

export class Unseen {
  private readonly cells = new Set<CellId>()
  private began = false
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly stops: readonly (() => void)[]

  /** `onFound` is called once with the number of changed cells. */
  constructor(
    private readonly notebook: OpenNotebook,
    onFound: (cells: number) => void,
  ) {
    const events = new AbortController()
    addEventListener('pagehide', this.store, { signal: events.signal })
    document.addEventListener('visibilitychange', this.store, { signal: events.signal })
    this.stops = [
      () => events.abort(),
      notebook.on(() => {
        if (!this.began && notebook.loaded && notebook.sync === 'saved') this.begin(onFound)
      }),
      notebook.observer.onAnyCell((cell, changes, { local }) => {
        if (!this.began || local || !document.hidden || !changes.has('source')) return
        this.cells.add(cell)
        this.changed.emit()
      }),
    ]
  }

  has(cell: CellId): boolean {
    return this.cells.has(cell)
  }

  /** The person has looked at it. */
  see(cell: CellId): void {
    if (!this.cells.delete(cell)) return
    this.store()
    this.changed.emit()
  }

  destroy(): void {
    this.store()
    for (const stop of this.stops) stop()
    this.changed.clear()
  }

  private begin(onFound: (cells: number) => void): void {
    const { doc, docId } = this.notebook
    this.began = true
    const visit = docId === null ? null : readStored(keyOf(docId), parseVisit)
    const clocks = visit === null ? null : clocksOf(visit.vector)
    if (visit === null || clocks === null) return this.store()
    const visible = visibleCells(doc)
    for (const id of visit.unseen) if (visible.includes(cellId(id))) this.cells.add(cellId(id))
    for (const id of visible) if (writtenSince(doc, id, clocks)) this.cells.add(id)
    if (this.cells.size === 0) return
    onFound(this.cells.size)
    this.changed.emit()
  }

  private readonly store = (): void => {
    const { doc, docId } = this.notebook
    if (!this.began || docId === null) return
    const visit: Visit = { vector: toBase64(Y.encodeStateVector(doc)), unseen: [...this.cells] }
    writeStored(keyOf(docId), visit)
  }
}
