// The texts for which this page's person requested runs. A request names the text by its digest, and executors run no
// other text, nor the same one as another kind of cell. Further edits by that person update the request.
import type * as Y from 'yjs'
import { sourceDigest } from '../digest.ts'
import { newRequestId } from '../ids.ts'
import { cellMap, requestLeaf } from './layout.ts'
import type { CellId, RunRequest } from '../notebook.ts'
import type { CellObserver } from './observe.ts'
import type { Origin } from './origin.ts'
import type { By } from '../person.ts'
import { readHead, readSource } from './read.ts'
import { isQueued } from './status.ts'

/** Requests a run; false if the cell is gone or deleted. Like results, requests are no operations: none is undone. */
export const requestRun = (
  doc: Y.Doc,
  cell: CellId,
  request: RunRequest,
  origin: Origin = 'request',
): boolean => {
  const map = cellMap(doc, cell)
  if (map === undefined || map.get('deleted')) return false
  doc.transact(() => map.set('request', requestLeaf(request)), origin)
  return true
}

/** Whether the source is the one the request was made for. A request without a digest matches any. */
export const isUnchanged = (doc: Y.Doc, cell: CellId, { sourceDigest: seen }: RunRequest): boolean => {
  if (seen === undefined) return true
  const map = cellMap(doc, cell)
  return map !== undefined && sourceDigest(readSource(map)) === seen
}

interface RequestedText {
  readonly request: string
  text: string
  kind: string | undefined
  /** The source after its last change. */
  last: string
  readonly stop: () => void
}

export class RequestedTexts {
  private readonly seen = new Map<CellId, RequestedText>()
  /** All requests by this page. */
  private readonly own = new Set<string>()

  constructor(
    private readonly doc: Y.Doc,
    private readonly observer: CellObserver,
  ) {}

  /**
   * Requests a run; returns the request's id, or null if it is not possible now. `seen`: the source for which the
   * person asked, if that was earlier.
   */
  ask(
    cell: CellId,
    who: By & Pick<RunRequest, 'to' | 'at' | 'goOn' | 'references'>,
    seen?: string,
  ): string | null {
    const map = cellMap(this.doc, cell)
    if (map === undefined) return null
    const id = newRequestId()
    const saw = readHead(this.doc, cell)?.run?.id ?? null
    const request = { ...who, id, saw, sourceDigest: sourceDigest(seen ?? readSource(map)) }
    // First, because a model in this page reacts to the request at once.
    this.own.add(id)
    if (!requestRun(this.doc, cell, request)) return null
    this.remember(cell, id, true, seen)
    return id
  }

  /** Remembers the present text for a queued request; `own`: this page's, which follows edits made here. */
  remember(cell: CellId, request: string, own = false, seen?: string): void {
    const map = cellMap(this.doc, cell)
    if (map === undefined) return
    this.forget(cell)
    const stop = this.observer.onCell(cell, (changes, { local }) => {
      const waiting = this.waiting(cell, request)
      if (waiting === null) this.forget(cell)
      else {
        if (changes.has('source')) this.changed(cell, waiting, own && local)
        const known = this.seen.get(cell)
        if (own && local && changes.has('head') && known !== undefined) known.kind = this.kindOf(cell)
      }
    })
    const last = readSource(map)
    this.seen.set(cell, { request, text: seen ?? last, kind: this.kindOf(cell), last, stop })
  }

  private kindOf(cell: CellId): string | undefined {
    return readHead(this.doc, cell)?.kind
  }

  private waiting(cell: CellId, id: string): RunRequest | null {
    const head = readHead(this.doc, cell)
    return head?.request?.id === id && isQueued(head) ? head.request : null
  }

  private changed(cell: CellId, request: RunRequest, own: boolean): void {
    const seen = this.seen.get(cell)
    const map = cellMap(this.doc, cell)
    if (seen === undefined || map === undefined) return
    // An earlier change by somebody else takes precedence over later edits.
    const follows = own && seen.last === seen.text
    seen.last = readSource(map)
    if (!follows) return
    seen.text = seen.last
    requestRun(this.doc, cell, { ...request, sourceDigest: sourceDigest(seen.text) })
  }

  /** Whether this page made the request. */
  isOwn(request: string): boolean {
    return this.own.has(request)
  }

  /** The text a request was made for; null if this page did not see it. */
  textOf(cell: CellId, request: string): string | null {
    const seen = this.seen.get(cell)
    return seen?.request === request ? seen.text : null
  }

  /** The source is the one requested: by the digest in the document, which anybody can write, and as this page saw it. */
  isUnchanged(cell: CellId, request: RunRequest): boolean {
    const seen = this.seen.get(cell)
    const map = cellMap(this.doc, cell)
    const isAsSeen =
      seen?.request !== request.id ||
      (map !== undefined && readSource(map) === seen.text && this.kindOf(cell) === seen.kind)
    return isAsSeen && isUnchanged(this.doc, cell, request)
  }

  private forget(cell: CellId): void {
    this.seen.get(cell)?.stop()
    this.seen.delete(cell)
  }

  destroy(): void {
    for (const cell of this.seen.keys()) this.forget(cell)
  }
}
