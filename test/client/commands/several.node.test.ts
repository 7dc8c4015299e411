// Commands on several cells, and cells that are merged or split: each is a single undo step.
import { expect, test } from 'vitest'
import { deleteCells, foldCode, moveCells, setKind, toggleFlags } from '../../../client/commands/cells.ts'
import { mergeSelected, mergeWith, split } from '../../../client/commands/merge.ts'
import { insertHeading, setHeading } from '../../../client/commands/sections.ts'
import { cellsWith, extend, extendTo, selectAll, selectedCells } from '../../../client/commands/select.ts'
import { flagsOf } from '../../../shared/notebook/cell-kinds/flags.ts'
import { readCell, readHead } from '../../../shared/notebook/document/read.ts'
import { handsAt } from '../../support/cell-hands.ts'
import { plainCell } from '../../support/replicas.ts'

test('a selection grows and shrinks around the cell it began at', () => {
  const { context, go, selected, id, said } = handsAt('a', 'b', 'c', 'd')
  go(1)
  extend(context, 'below')
  extend(context, 'below')
  expect([selected(), said.at(-1)]).toEqual([[1, 2, 3], '3 cells selected.'])
  extend(context, 'above')
  expect(selected()).toEqual([1, 2])
  extend(context, 'top')
  expect([selected(), context.selection.cell]).toEqual([[0, 1], id(0)])
  extend(context, 'bottom')
  expect(selected()).toEqual([1, 2, 3])
  extendTo(context, id(0))
  expect(selected()).toEqual([0, 1])
  expect(cellsWith(context, id(0))).toEqual([id(0), id(1)])
  expect(cellsWith(context, id(3))).toEqual([id(3)])
  selectAll(context)
  expect([selected(), context.selection.cell]).toEqual([[0, 1, 2, 3], id(0)])
  go(2)
  expect(selected()).toEqual([2])
})

test('a selected collapsed section includes its hidden cells', () => {
  const { context, go, selected, id } = handsAt('# One', 'a', '# Two')
  toggleFlags(context, [id(0)], 'heading_collapsed')
  go(0)
  extend(context, 'below')
  expect(selected()).toEqual([0, 1, 2])
})

test('a collapsed section is moved, and passed, as one', () => {
  const { context, sources, undo, id } = handsAt('# One', 'a', 'b', '# Two', 'c')
  toggleFlags(context, [id(0)], 'heading_collapsed')
  moveCells(context, [id(0)], 1)
  expect(sources()).toEqual(['# Two', '# One', 'a', 'b', 'c'])
  undo.undo()
  moveCells(context, [id(3)], -1)
  expect(sources()).toEqual(['# Two', '# One', 'a', 'b', 'c'])
  undo.undo()
  toggleFlags(context, [id(3)], 'heading_collapsed')
  moveCells(context, [id(0)], 1)
  expect(sources()).toEqual(['# Two', 'c', '# One', 'a', 'b'])
  // At the end and the start they stay.
  moveCells(context, [id(0)], 1)
  moveCells(context, [id(3)], -1)
  expect(sources()).toEqual(['# Two', 'c', '# One', 'a', 'b'])
})

test('selected cells are moved, deleted and changed together', () => {
  const { context, go, sources, kinds, undo, id } = handsAt('a', 'b', 'c', 'd')
  go(1)
  extend(context, 'below')
  moveCells(context, selectedCells(context), 1)
  expect(sources()).toEqual(['a', 'd', 'b', 'c'])
  moveCells(context, selectedCells(context), 1)
  expect(sources()).toEqual(['a', 'd', 'b', 'c'])
  moveCells(context, selectedCells(context), -1)
  moveCells(context, selectedCells(context), -1)
  moveCells(context, selectedCells(context), -1)
  expect(sources()).toEqual(['b', 'c', 'a', 'd'])
  undo.undo()
  expect(sources()).toEqual(['a', 'b', 'c', 'd'])
  setKind(context, selectedCells(context), 'note')
  expect(kinds()).toEqual(['code', 'note', 'note', 'code'])
  undo.undo()
  expect(kinds()).toEqual(['code', 'code', 'code', 'code'])
  // The first cell decides for all, even where they differ.
  toggleFlags(context, [id(2)], 'skipped')
  toggleFlags(context, selectedCells(context), 'skipped')
  const { doc } = context.notebook
  expect([1, 2].map((at) => flagsOf(readHead(doc, id(at))?.meta ?? {}))).toEqual([['skipped'], ['skipped']])
  deleteCells(context, selectedCells(context))
  expect(sources()).toEqual(['a', 'd'])
  undo.undo()
  expect(sources()).toEqual(['a', 'b', 'c', 'd'])
})

test('selected cells merge into the current one, and one undo separates them', () => {
  const { context, go, sources, undo, id } = handsAt('a', 'b', 'c', '# t', 'e')
  go(0)
  extend(context, 'below')
  extend(context, 'below')
  mergeSelected(context)
  expect(sources()).toEqual(['a\nb\nc', '# t', 'e'])
  expect(context.selection.cell).toBe(id(2))
  undo.undo()
  expect(sources()).toEqual(['a', 'b', 'c', '# t', 'e'])
  go(3)
  mergeSelected(context)
  expect(sources()).toEqual(['a', 'b', 'c', '# t\n\ne'])
  go(1)
  mergeWith(context, 'above')
  mergeWith(context, 'below')
  expect(sources()).toEqual(['a\nb\nc', '# t\n\ne'])
})

test('merging keeps two attachments of the same name apart', () => {
  const note = (id: string, data: string) => ({
    ...plainCell(id, 'note', `${id} ![image.png](attachment:image.png)`),
    attachments: { 'image.png': { 'image/png': data } },
  })
  const { context, go, sources, id } = handsAt(note('one', 'AAAA'), note('two', 'BBBB'))
  go(0)
  mergeSelected(context)
  expect(sources()).toEqual([
    'one ![image.png](attachment:image.png)\n\ntwo ![image.png](attachment:image-2.png)',
  ])
  expect(readCell(context.notebook.doc, id(0))?.attachments).toEqual({
    'image.png': { 'image/png': 'AAAA' },
    'image-2.png': { 'image/png': 'BBBB' },
  })
})

test('a cell is split at the caret or around a selection, and one undo rejoins it', () => {
  const { context, go, sources, undo, id } = handsAt('one\n\ntwo\nthree', 'x')
  go(0)
  split(context, id(0), [5, 5])
  expect(sources()).toEqual(['one', 'two\nthree', 'x'])
  expect([context.selection.mode, sources()[1]]).toEqual(['edit', 'two\nthree'])
  undo.undo()
  expect(sources()).toEqual(['one\n\ntwo\nthree', 'x'])
  split(context, id(0), [5, 9])
  expect(sources()).toEqual(['one', 'two', 'three', 'x'])
  undo.undo()
  split(context, id(0), [0, 0])
  expect(sources()).toEqual(['', 'one\n\ntwo\nthree', 'x'])
  undo.undo()
  split(context, id(1), [1, 1])
  expect(sources()).toEqual(['one\n\ntwo\nthree', 'x', ''])
})

test('a heading level is set on notes only, and new headings go before or after a section', () => {
  const { context, sources, id } = handsAt('# One', 'a', '## Two', 'b', '# Three')
  expect(setHeading(context, [id(1)], 3)).toBe(false)
  expect(setHeading(context, [id(2), id(1)], 3)).toBe(true)
  expect(sources()).toEqual(['# One', 'a', '### Two', 'b', '# Three'])
  insertHeading(context, id(3), 'below')
  expect(sources()).toEqual(['# One', 'a', '### Two', 'b', '### ', '# Three'])
  insertHeading(context, id(1), 'above')
  expect(sources()[0]).toBe('# ')
})

test('the sources or outputs of all code collapse and expand, in one undo step', () => {
  const { context, undo, id } = handsAt('# One', 'a', 'b')
  const flags = (): readonly (readonly string[])[] =>
    [0, 1, 2].map((at) => flagsOf(readHead(context.notebook.doc, id(at))?.meta ?? {}))
  toggleFlags(context, [id(2)], 'source_hidden')
  foldCode(context, 'source', true)
  expect(flags()).toEqual([[], ['source_hidden'], ['source_hidden']])
  undo.undo()
  expect(flags()).toEqual([[], [], ['source_hidden']])
  foldCode(context, 'source', false)
  foldCode(context, 'output', true)
  expect(flags()).toEqual([[], ['outputs_hidden'], ['outputs_hidden']])
  foldCode(context, 'output', false)
  expect(flags()).toEqual([[], [], []])
})
