import { expect, test } from 'vitest'
import * as Y from 'yjs'
import type { CellContext } from '../../../client/commands/context.ts'
import { CellSelection, type Mode } from '../../../client/commands/selection.ts'
import { foldAll, foldOrGoAbove, unfoldOrGoBelow } from '../../../client/commands/sections.ts'
import { shownCells } from '../../../shared/notebook/document/headings.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import type { CellId } from '../../../shared/notebook/notebook.ts'
import { visibleCells } from '../../../shared/notebook/document/read.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { plainCell, plainNotebook } from '../../support/replicas.ts'

/** A notebook of these sources (those beginning with # are notes) and a person at one of its cells. */
const at = (...sources: string[]) => {
  const doc = new Y.Doc()
  const cells = sources.map((source, i) =>
    plainCell(String(i), source.startsWith('#') ? 'note' : 'code', source),
  )
  Y.applyUpdate(doc, importNotebook(plainNotebook(cells), 'doc'))
  const selection = new CellSelection()
  const notebook = { doc, undo: new Undo(doc), writable: true, loaded: true, grant: { allows: () => true } }
  const context = {
    notebook,
    selection,
    focusCell: (cell: CellId, mode: Mode) => selection.set(cell, mode),
    person: () => 'Ana',
    announce: () => undefined,
    refuse: (reason: string) => {
      throw new Error(reason)
    },
  } as unknown as CellContext
  const ids = visibleCells(doc)
  const position = (): number => (selection.cell === null ? -1 : ids.indexOf(selection.cell))
  const shown = (): number[] => shownCells(doc).map((id) => ids.indexOf(id))
  const press = (command: (context: CellContext, cell: CellId) => void): void => {
    if (selection.cell !== null) command(context, selection.cell)
  }
  const go = (to: number): void => selection.set(ids[to] ?? null, 'command')
  return { context, notebook, position, shown, press, go }
}

test('going from heading to heading collapses and expands sections, as in JupyterLab', () => {
  const { position, shown, press, go } = at('# One', 'a', '## Two', 'b', '# Three', 'c')
  go(3)
  press(foldOrGoAbove)
  expect(position()).toBe(2)
  press(foldOrGoAbove)
  expect([position(), shown()]).toEqual([2, [0, 1, 2, 4, 5]])
  press(foldOrGoAbove)
  expect(position()).toBe(0)
  press(foldOrGoAbove)
  // Hidden headings are skipped.
  expect(shown()).toEqual([0, 4, 5])
  press(foldOrGoAbove)
  expect(position()).toBe(0)
  go(4)
  press(unfoldOrGoBelow)
  expect(position()).toBe(4)
  go(0)
  press(unfoldOrGoBelow)
  expect([position(), shown()]).toEqual([0, [0, 1, 2, 4, 5]])
  press(unfoldOrGoBelow)
  expect(position()).toBe(2)
})

test('collapsing or expanding all sections is one undo step', () => {
  const { context, notebook, shown } = at('# One', 'a', '## Two', 'b', '# Three', 'c')
  foldAll(context, true)
  expect(shown()).toEqual([0, 4])
  foldAll(context, false)
  expect(shown()).toEqual([0, 1, 2, 3, 4, 5])
  notebook.undo.undo()
  expect(shown()).toEqual([0, 4])
  notebook.undo.undo()
  expect(shown()).toEqual([0, 1, 2, 3, 4, 5])
})
