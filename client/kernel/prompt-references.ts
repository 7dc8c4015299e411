// Looks up what a prompt refers to, in this page's own kernel and for this page's person only: they have the text before
// them that they run. Nobody else's page evaluates it.
import type * as Y from 'yjs'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import {
  maxReferences,
  mentionedIn,
  readReferences,
  type Mentioned,
  type Reference,
} from '../../shared/notebook/references.ts'
import { kernelToolNames } from '../../shared/tools/tool-names.ts'
import type { KernelPeer } from './peer.ts'

export class PromptReferences {
  private readonly doc: Y.Doc
  private readonly python: KernelPeer
  /** The last look-up of a cell: an earlier one that still waits is no longer wanted. */
  private readonly latest = new Map<CellId, object>()

  constructor(doc: Y.Doc, python: KernelPeer) {
    this.doc = doc
    this.python = python
  }

  /** Values in the prompt itself; functions also in what stands above and the model sees. Null for none. */
  mentionedBy(prompt: CellId): Mentioned | null {
    const cells = visibleCells(this.doc)
    const functions = new Set<string>()
    let values: readonly string[] = []
    for (const cell of cells.slice(0, cells.indexOf(prompt) + 1)) {
      const head = readHead(this.doc, cell)
      const signs = kindNamed(head?.kind ?? '').references ?? []
      if (signs.length === 0 || (cell !== prompt && head?.meta['skipped'] === true)) continue
      const mentioned = mentionedIn(cellSource(this.doc, cell)?.toString() ?? '')
      for (const name of signs.includes('&') ? mentioned.functions : []) functions.add(name)
      if (cell === prompt && signs.includes('$')) values = mentioned.values
    }
    if (values.length + functions.size === 0) return null
    values = values.slice(0, maxReferences)
    return { values, functions: [...functions].slice(0, maxReferences - values.length) }
  }

  /** Whether what is to be looked up waits for the kernel. */
  get mustWait(): boolean {
    const { kernel, working } = this.python
    return kernel.status !== 'idle' || working
  }

  /** After what runs and is queued; null if the prompt was changed or looked up again meanwhile. */
  async lookUp(prompt: CellId, mentioned: Mentioned): Promise<readonly Reference[] | null> {
    const turn = {}
    const text = cellSource(this.doc, prompt)?.toString()
    this.latest.set(prompt, turn)
    const found = await this.ask(mentioned)
    const isWanted = this.latest.get(prompt) === turn && cellSource(this.doc, prompt)?.toString() === text
    if (this.latest.get(prompt) === turn) this.latest.delete(prompt)
    return isWanted ? found : null
  }

  private async ask({ values, functions }: Mentioned): Promise<readonly Reference[]> {
    const { kernel } = this.python
    const none = (why: string): readonly Reference[] => [
      ...values.map((value): Reference => ({ value, text: why, failed: true })),
      ...functions.map((name): Reference => ({ name, refused: why })),
    ]
    if (kernel.status !== 'idle') await kernel.start()
    if (kernel.status === 'failed') return none('Python could not start.')
    const answer = await this.python.apart(() => kernel.ask({ type: 'references', values, functions }))
    if (answer === null) return none('Python did not answer in time.')
    return readReferences(answer.references).map((reference) =>
      'parameters' in reference && kernelToolNames.includes(reference.name)
        ? { name: reference.name, refused: 'another tool has this name' }
        : reference,
    )
  }
}
