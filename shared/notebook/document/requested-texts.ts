// What a page's person asked to run, and the text they saw when they did. A request names that text by its digest, and
// no executor runs another one. What the person goes on to write themselves is asked for, too: the request follows it.
import type * as Y from 'yjs'
import { apply } from './apply.ts'
import { sourceDigest } from '../digest.ts'
import { newRequestId } from '../ids.ts'
import { cellMap } from './layout.ts'
import type { CellId, RunRequest } from '../notebook.ts'
import type { CellObserver } from './observe.ts'
import type { By } from '../person.ts'
import { readHead, readSource } from './read.ts'
import { isQueued } from './status.ts'

/** Whether the cell says what it said when it was asked to run. A request without a digest takes whatever there is. */
export const isUnchanged = (doc: Y.Doc, cell: CellId, { sourceDigest: seen }: RunRequest): boolean => {
  if (seen === undefined) return true
  const map = cellMap(doc, cell)
  return map !== undefined && sourceDigest(readSource(map)) === seen
}

interface RequestedText {
  readonly request: string
  text: string
  /** As the source was after its last change. */
  last: string
  readonly stop: () => void
}

export class RequestedTexts {
  private readonly doc: Y.Doc
  private readonly observer: CellObserver
  private readonly seen = new Map<CellId, RequestedText>()

  constructor(doc: Y.Doc, observer: CellObserver) {
    this.doc = doc
    this.observer = observer
  }

  /** Asks for a run; the request's id, or null where that is not possible now. */
  ask(cell: CellId, who: By & Pick<RunRequest, 'to' | 'at' | 'goOn'>): string | null {
    const map = cellMap(this.doc, cell)
    if (map === undefined) return null
    const id = newRequestId()
    const saw = readHead(this.doc, cell)?.run?.id ?? null
    const request = { ...who, id, saw, sourceDigest: sourceDigest(readSource(map)) }
    if (!apply(this.doc, { type: 'request-run', id: cell, request }).ok) return null
    this.remember(cell, id, true)
    return id
  }

  /** Keeps the text as it is now beside a request that waits; `own`: this page's, which follows what is written here. */
  remember(cell: CellId, request: string, own = false): void {
    const map = cellMap(this.doc, cell)
    if (map === undefined) return
    this.forget(cell)
    const stop = this.observer.onCell(cell, (changes, { local }) => {
      const waiting = this.waiting(cell, request)
      if (waiting === null) this.forget(cell)
      else if (changes.has('source')) this.changed(cell, waiting, own && local)
    })
    const text = readSource(map)
    this.seen.set(cell, { request, text, last: text, stop })
  }

  private waiting(cell: CellId, id: string): RunRequest | null {
    const head = readHead(this.doc, cell)
    return head?.request?.id === id && isQueued(head) ? head.request : null
  }

  private changed(cell: CellId, request: RunRequest, own: boolean): void {
    const seen = this.seen.get(cell)
    const map = cellMap(this.doc, cell)
    if (seen === undefined || map === undefined) return
    // What somebody else changed before is looked at first, whatever is written after it.
    const follows = own && seen.last === seen.text
    seen.last = readSource(map)
    if (!follows) return
    seen.text = seen.last
    const now = { ...request, sourceDigest: sourceDigest(seen.text) }
    apply(this.doc, { type: 'request-run', id: cell, request: now })
  }

  /** The text a request was made for; null where this page was not there. */
  textOf(cell: CellId, request: string): string | null {
    const seen = this.seen.get(cell)
    return seen?.request === request ? seen.text : null
  }

  private forget(cell: CellId): void {
    this.seen.get(cell)?.stop()
    this.seen.delete(cell)
  }

  destroy(): void {
    for (const cell of this.seen.keys()) this.forget(cell)
  }
}
