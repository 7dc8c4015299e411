// The undecided changes of this notebook, and the draft of an edit request. Their elements load when there is something to
// show.
import { changedCells, hasChanges, onChanges } from '../../shared/notebook/document/changes.ts'
import { editRequestCells } from '../../shared/notebook/document/edit-request.ts'
import { onThreads } from '../../shared/notebook/document/threads.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { Passage } from '../../shared/notebook/thread.ts'
import { Emitter } from '../../shared/emitter.ts'
import { reasonOf } from '../document/database.ts'
import type { OpenNotebook } from '../document/open.ts'

export interface EditDraft {
  readonly cell: CellId
  /** Null for the whole cell. */
  readonly passage: Passage | null
}

const none: ReadonlySet<CellId> = new Set()

export class Review {
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly doc: OpenNotebook['doc']
  private waiting: ReadonlySet<CellId> = new Set()
  private begun: EditDraft | null = null
  private readonly showError: (reason: string) => void
  private isLoaded = false
  private loading: Promise<void> | null = null
  private readonly stops: readonly (() => void)[]

  constructor({ doc }: Pick<OpenNotebook, 'doc'>, showError: (reason: string) => void) {
    this.doc = doc
    this.showError = showError
    this.stops = [onChanges(doc, () => this.look()), onThreads(doc, () => this.look())]
    this.look()
  }

  private look(): void {
    const before = this.waiting
    this.waiting = new Set([...changedCells(this.doc), ...editRequestCells(this.doc)])
    if (before.size > 0 || this.waiting.size > 0) this.show()
  }

  private show(): void {
    if (this.isLoaded) this.changed.emit()
    else this.loading ??= this.load()
  }

  private async load(): Promise<void> {
    try {
      await import('../elements/nb-change.ts')
      this.isLoaded = true
      this.changed.emit()
    } catch (error) {
      this.loading = null
      this.showError(`Changes by a model could not be shown: ${reasonOf(error)}`)
    }
  }

  /** Cells with undecided changes or edit requests, including deleted ones. */
  get cells(): ReadonlySet<CellId> {
    return this.isLoaded ? this.waiting : none
  }

  /** Whether a reply has undecided changes. */
  hasGroup(run: string): boolean {
    return this.isLoaded && hasChanges(this.doc, run)
  }

  get draft(): EditDraft | null {
    return this.begun
  }

  has(cell: CellId): boolean {
    return this.isLoaded && (this.waiting.has(cell) || this.begun?.cell === cell)
  }

  /** Calls `listener` when the cell gets or loses something to show. */
  onCell(cell: CellId, listener: () => void): () => void {
    let had = this.has(cell)
    return this.onChange(() => {
      const has = this.has(cell)
      if (has !== had) listener()
      had = has
    })
  }

  begin(draft: EditDraft | null): void {
    this.begun = draft
    this.show()
  }

  destroy(): void {
    for (const stop of this.stops) stop()
  }
}
