// The runs that a page's kernel has to do: issued by the page, or claimed from others; in order of request.
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/document/apply.ts'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import { readHead } from '../../shared/notebook/document/read.ts'
import { isQueued } from '../../shared/notebook/document/status.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'

export interface QueuedRun {
  readonly cell: CellId
  readonly request: string
  /** Who requested the run, if not this page's person. */
  readonly guest: string | null
  /** Requested together: what is queued behind a cell edited by others waits too. */
  readonly batch: object
}

export class RunQueue {
  private runs: readonly QueuedRun[] = []

  constructor(
    private readonly doc: Y.Doc,
    private readonly texts: RequestedTexts,
  ) {}

  get length(): number {
    return this.runs.length
  }

  some(which: (queued: QueuedRun) => boolean): boolean {
    return this.runs.some(which)
  }

  /** Requested again, a cell keeps its position. */
  add(queued: QueuedRun): void {
    const at = this.runs.findIndex(({ cell, guest }) => cell === queued.cell && guest === queued.guest)
    const before = this.runs[at]
    this.runs =
      before === undefined ? [...this.runs, queued] : this.runs.with(at, { ...queued, batch: before.batch })
  }

  /** Their requests stay in the document. */
  forget(which: (queued: QueuedRun) => boolean): readonly QueuedRun[] {
    const taken = this.runs.filter(which)
    this.runs = this.runs.filter((queued) => !which(queued))
    return taken
  }

  withdraw(which: (queued: QueuedRun) => boolean = () => true): void {
    for (const { cell, request } of this.forget(which))
      apply(this.doc, { type: 'withdraw-request', id: cell, request })
  }

  /** Takes the first that can run now. */
  next(): QueuedRun | null {
    const blockedBatches = new Set<object>()
    for (const queued of this.runs) {
      if (blockedBatches.has(queued.batch)) continue
      const head = readHead(this.doc, queued.cell)
      // Otherwise withdrawn, or requested from another executor since.
      const wanted = head?.request?.id === queued.request && isQueued(head) ? head.request : null
      if (wanted !== null && !this.texts.isUnchanged(queued.cell, wanted)) {
        blockedBatches.add(queued.batch)
        continue
      }
      this.forget((other) => other === queued)
      if (wanted !== null) return queued
    }
    return null
  }
}
