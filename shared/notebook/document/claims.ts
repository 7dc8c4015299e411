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
  readonly requester: string
}

export class Claims {
  /** Requests that are not to be claimed (any more); null while none are. */
  private ignored: Set<string> | null = null

  constructor(
    private readonly doc: Y.Doc,
    private readonly executor: string,
  ) {}

  get open(): boolean {
    return this.ignored !== null
  }

  start(): void {
    if (this.ignored !== null) return
    this.ignored = new Set()
    for (const { id } of listCells(this.doc)) {
      const request = readHead(this.doc, id)?.request
      if (request?.to === this.executor) this.ignored.add(request.id)
    }
  }

  stop(): void {
    this.ignored = null
  }

  /** Excludes a request of the executor's own page. */
  ignore(request: string): void {
    this.ignored?.add(request)
  }

  /** New requests among these cells, in order of request; simultaneous ones in cell order. */
  take(cells: ReadonlySet<CellId>): Claim[] {
    const { ignored } = this
    if (ignored === null) return []
    const claims: (Claim & { readonly at: number })[] = []
    for (const { id, deleted } of listCells(this.doc)) {
      if (deleted !== null || !cells.has(id)) continue
      const head = readHead(this.doc, id)
      if (head === undefined || head.request === null || !isQueued(head)) continue
      if (kindNamed(head.kind).executor?.type !== 'kernel') continue
      const { id: request, to, at } = head.request
      if (to !== this.executor || ignored.has(request)) continue
      ignored.add(request)
      claims.push({ cell: id, request, requester: keyOf(head.request), at })
    }
    return claims.sort((a, b) => a.at - b.at)
  }
}
