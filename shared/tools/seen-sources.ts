// The sources a model has seen. Approving its call to run cells does not cover text written into them since.
import type { Cell } from '../notebook/notebook.ts'

type Source = Pick<Cell, 'id' | 'source'>

export class SeenSources {
  private readonly sources = new Map<string, string>()

  constructor(cells: readonly Source[]) {
    for (const cell of cells) this.note(cell)
  }

  note({ id, source }: Source): void {
    this.sources.set(id, source)
  }

  has({ id, source }: Source): boolean {
    return this.sources.get(id) === source
  }
}
