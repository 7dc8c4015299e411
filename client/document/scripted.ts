// All outputs that may run scripts, in document order, for outputs that depend on earlier ones.
import type * as Y from 'yjs'
import type { CellId } from '../../shared/notebook/notebook.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { shownOutputs } from '../../shared/notebook/output/output.ts'
import { readOutputs, visibleCells } from '../../shared/notebook/document/read.ts'
import { scriptedMimes } from '../frame/message.ts'
import type { OutputsAbove, ScriptedOutput } from '../output/output-dependencies.ts'
import { richestForm } from '../output/mime.ts'

const ofCell = (doc: Y.Doc, cell: CellId): readonly ScriptedOutput[] =>
  shownOutputs(readOutputs(doc, cell)).flatMap((shown, index) => {
    if (shown.type !== 'rich') return []
    const form = richestForm(shown.data)
    if (form.type !== 'framed' && form.type !== 'blob') return []
    const mime = scriptedMimes.find((known) => known === form.mime)
    const content = form.type === 'framed' ? form.content : form.ref
    return mime === undefined ? [] : [{ key: `${cell}/${index}`, mime, content }]
  })

export const scriptedOutputs = (doc: Y.Doc, observer: CellObserver): OutputsAbove => {
  const known = new Map<CellId, readonly ScriptedOutput[]>()
  observer.onAnyCell((cell, changes) => {
    if (changes.has('outputs')) known.delete(cell)
  })
  return (key) => {
    const found: ScriptedOutput[] = []
    for (const cell of visibleCells(doc)) {
      const outputs = known.get(cell) ?? ofCell(doc, cell)
      known.set(cell, outputs)
      const at = key.startsWith(`${cell}/`) ? Number(key.slice(cell.length + 1)) : Infinity
      found.push(...outputs.filter((output) => Number(output.key.slice(cell.length + 1)) < at))
      if (at !== Infinity) return found
    }
    return []
  }
}
