// A notebook on the relay, with a model peer, and on two pages.
import type * as Y from 'yjs'
import { ModelPeer } from '../../../shared/model/run.ts'
import type { OutputBlob } from '../../../shared/notebook/output/blob.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellId, type Cell, type CellId, type Leaves } from '../../../shared/notebook/notebook.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { readCell, readHead } from '../../../shared/notebook/document/read.ts'
import { Clock } from '../../support/clock.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'
import { ScriptedProvider } from '../../support/scripted-provider.ts'

export const [code, prompt, below] = [cellId('code'), cellId('prompt'), cellId('below')]
export const usualCells = [
  plainCell('code', 'code', 'x = 6 * 7'),
  plainCell('prompt', 'prompt', 'what is x?'),
  plainCell('below', 'note', 'nobody knows this'),
]

/** Replica 0 is the relay's document, on which the peer works; 1 and 2 are people's pages. */
export class Table {
  readonly clock = new Clock()
  readonly provider = new ScriptedProvider()
  readonly replicas: Replicas
  readonly doc: Y.Doc
  readonly writing: CellId[][] = []
  keepBlob: (blob: OutputBlob) => Promise<void> = () => Promise.resolve()
  private lives = 0

  constructor(cells: readonly Cell[] = usualCells, meta: Leaves = {}) {
    this.replicas = new Replicas({ ...plainNotebook(cells), meta }, 3)
    this.doc = this.replicas.get(0)
  }

  peer(): ModelPeer {
    return new ModelPeer({
      findBlob: () => undefined,
      keepBlob: this.keepBlob,
      doc: this.doc,
      observer: new CellObserver(this.doc),
      providers: [this.provider],
      executor: `model:${++this.lives}`,
      now: this.clock.now,
      schedule: this.clock.schedule,
      onWriting: (cells) => this.writing.push([...cells]),
    })
  }

  /** Somebody asks on their page, and the relay receives it. */
  ask(id: string, cell = prompt, saw: string | null = null): void {
    const request = { id, by: 'Ana', to: 'model', at: 5, saw }
    requestRun(this.replicas.get(1), cell, request)
    this.replicas.sync()
    this.clock.advance(0)
  }

  result(cell = prompt, replica = 0) {
    const result = readCell(this.replicas.get(replica), cell)?.result
    if (!result) throw new Error('no result')
    return result
  }

  head(cell = prompt) {
    const head = readHead(this.doc, cell)
    if (!head) throw new Error('no such cell')
    return head
  }
}
