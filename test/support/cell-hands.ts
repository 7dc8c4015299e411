// A person with a notebook in Node: the document, the selection and what commands need, without a page.
import * as Y from 'yjs'
import type { CellContext } from '../../client/commands/context.ts'
import { CellSelection, type Mode } from '../../client/commands/selection.ts'
import type { FindContext } from '../../client/find/find.ts'
import type { Match } from '../../client/find/search.ts'
import { importNotebook } from '../../shared/notebook/document/import.ts'
import { CellObserver } from '../../shared/notebook/document/observe.ts'
import { cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import { Undo } from '../../shared/notebook/document/undo.ts'
import type { Cell, CellId } from '../../shared/notebook/notebook.ts'
import { plainCell, plainNotebook } from './replicas.ts'

/** Sources that begin with # are notes. */
export const handsAt = (...sources: readonly (string | Cell)[]) => {
  const doc = new Y.Doc()
  const cells = sources.map((source, i) =>
    typeof source === 'string'
      ? plainCell(String(i), source.startsWith('#') ? 'note' : 'code', source)
      : source,
  )
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  return handsOn(doc)
}

export const handsOn = (doc: Y.Doc) => {
  const selection = new CellSelection()
  const observer = new CellObserver(doc)
  const notebook = {
    doc,
    observer,
    undo: new Undo(doc),
    writable: true,
    loaded: true,
    grant: { allows: () => true },
  }
  const said: string[] = []
  const shown: Match[] = []
  const context = {
    notebook,
    selection,
    focusCell: (cell: CellId, mode: Mode | 'extend') => {
      if (mode !== 'extend') selection.set(cell, mode)
    },
    showMatch: (match: Match) => shown.push(match),
    person: () => ({ id: 'ana', name: 'Ana' }),
    announce: (text: string) => said.push(text),
    showError: (reason: string) => {
      throw new Error(reason)
    },
  } as unknown as CellContext & FindContext
  const ids = visibleCells(doc)
  return {
    context,
    said,
    shown,
    undo: notebook.undo,
    id: (position: number): CellId => {
      const id = ids[position]
      if (id === undefined) throw new Error(`no cell ${position}`)
      return id
    },
    go: (position: number): void => selection.set(ids[position] ?? null, 'command'),
    selected: (): number[] => selection.among(ids).map((id) => ids.indexOf(id)),
    sources: (): string[] => visibleCells(doc).map((id) => cellSource(doc, id)?.toString() ?? ''),
    kinds: (): string[] => visibleCells(doc).map((id) => readHead(doc, id)?.kind ?? ''),
  }
}
