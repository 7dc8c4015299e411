// Looks up what a prompt refers to, in this page's own kernel and for this page's person only: they have the text before
// them that they run. Nobody else's page evaluates it. Loaded for the first prompt that may refer to anything.
import type * as Y from 'yjs'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { mentionedIn, type Mentioned } from '../../shared/notebook/mentioned.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { maxReferences, readReferences, type Reference } from '../../shared/notebook/references.ts'
import { kernelToolNames } from '../../shared/tools/tool-names.ts'
import type { KernelPeer } from './peer.ts'

/** Values in the prompt itself; functions also in the cells above that the model sees. */
export const mentionedBy = (doc: Y.Doc, prompt: CellId): Mentioned => {
  const cells = visibleCells(doc)
  const functions = new Set<string>()
  let values: readonly string[] = []
  for (const cell of cells.slice(0, cells.indexOf(prompt) + 1)) {
    const head = readHead(doc, cell)
    const signs = kindNamed(head?.kind ?? '').references ?? []
    if (signs.length === 0 || (cell !== prompt && head?.meta['skipped'] === true)) continue
    const mentioned = mentionedIn(cellSource(doc, cell)?.toString() ?? '')
    for (const name of signs.includes('&') ? mentioned.functions : []) functions.add(name)
    if (cell === prompt && signs.includes('$')) values = mentioned.values
  }
  values = values.slice(0, maxReferences)
  return { values, functions: [...functions].slice(0, maxReferences - values.length) }
}

/** After what runs and is queued. */
export const lookUp = async (
  python: KernelPeer,
  { values, functions }: Mentioned,
): Promise<readonly Reference[]> => {
  const { kernel } = python
  const none = (why: string): readonly Reference[] => [
    ...values.map((value): Reference => ({ value, text: why, failed: true })),
    ...functions.map((name): Reference => ({ name, refused: why })),
  ]
  if (kernel.status !== 'idle') await kernel.start()
  if (kernel.status === 'failed') return none('Python could not start.')
  const answer = await python.apart(() => kernel.ask({ type: 'references', values, functions }))
  if (answer === null) return none('Python did not answer in time.')
  return readReferences(answer.references).map((reference) =>
    'parameters' in reference && kernelToolNames.includes(reference.name)
      ? { name: reference.name, refused: 'another tool has this name' }
      : reference,
  )
}
