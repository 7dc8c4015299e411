// Which requests of other people an executor runs: while its person shares it, those that arrive. Earlier requests,
// from storage or forged by somebody who knew the name, are never run.
import type * as Y from 'yjs'
import { kindNamed } from '../cell-kinds/kinds.ts'
import type { CellId } from '../notebook.ts'
import { keyOf } from '../person.ts'
import { listCells, readHead } from './read.ts'
import { isQueued } from './status.ts'

export interface Claim {
  readonly cell: CellId
  readonly request: string
  /** The person named by the request; not verified. */
  readonly asker: string
}

export class Claims {
  private readonly doc: Y.Doc
  private readonly executor: string
  /** Requests that are not to be claimed (any more); null while none are. */
  private passed: Set<string> | null = null

  constructor(doc: Y.Doc, executor: string) {
    this.doc = doc
    this.executor = executor
  }

  get open(): boolean {
    return this.passed !== null
  }

  start(): void {
    if (this.passed !== null) return
    this.passed = new Set()
    for (const { id } of listCells(this.doc)) {
      const request = readHead(this.doc, id)?.request
      if (request?.to === this.executor) this.passed.add(request.id)
    }
  }

  stop(): void {
    this.passed = null
  }

  /** Excludes a request of the executor's own page. */
  pass(request: string): void {
    this.passed?.add(request)
  }

  /** New requests among these cells, in order of request; simultaneous ones in cell order. */
  take(cells: ReadonlySet<CellId>): Claim[] {
    const { passed } = this
    if (passed === null) return []
    const claims: (Claim & { readonly at: number })[] = []
    for (const { id, deleted } of listCells(this.doc)) {
      if (deleted !== null || !cells.has(id)) continue
      const head = readHead(this.doc, id)
      if (head === undefined || head.request === null || !isQueued(head)) continue
      if (kindNamed(head.kind).executor?.type !== 'kernel') continue
      const { id: request, to, at } = head.request
      if (to !== this.executor || passed.has(request)) continue
      passed.add(request)
      claims.push({ cell: id, request, asker: keyOf(head.request), at })
    }
    return claims.sort((a, b) => a.at - b.at)
  }
}
