// Comments go with their text when cells are split and merged.
import * as Y from 'yjs'
import { expect, test } from 'vitest'
import { mergeWith, split } from '../../../client/commands/merge.ts'
import { formatNotebook } from '../../../shared/ipynb/format.ts'
import { mergeFile, readOutside } from '../../../shared/ipynb/outside.ts'
import { startThread } from '../../../shared/notebook/document/commenting.ts'
import { passageAt } from '../../../shared/notebook/document/passage.ts'
import { cellSource, readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { listThreads } from '../../../shared/notebook/document/threads.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import type { CellId } from '../../../shared/notebook/notebook.ts'
import { handsAt } from '../../support/cell-hands.ts'

const ana = { id: 'u-ana', name: 'Ana' }

const commented = (...sources: readonly string[]) => {
  const hands = handsAt(...sources)
  const { doc } = hands.context.notebook
  let at = 0
  return {
    ...hands,
    doc,
    /** On this text of the cell, or on the cell. */
    comment: (cell: CellId, text: string | null): void => {
      const source = cellSource(doc, cell)?.toString() ?? ''
      const from = source.indexOf(text ?? '')
      const passage = text === null ? null : passageAt('source', source, from, from + text.length)
      startThread(doc, cell, passage, { who: ana, at: ++at, text: text ?? 'cell', asksModel: false })
    },
    /** For each thread the position of its cell, what it was on, and the text it is on now. */
    threads: () =>
      listThreads(doc, visibleCells(doc)).map(({ cell, passage, messages }) => {
        const text = cell === null ? undefined : cellSource(doc, cell)?.toString()
        const place = passage?.place
        return [
          cell === null ? -1 : visibleCells(doc).indexOf(cell),
          messages[0]?.text,
          place ? text?.slice(place.from, place.to) : null,
        ]
      }),
  }
}

test('a comment goes into the cell that a split puts its text in, and back with undo', () => {
  const { doc, context, comment, threads, id, undo } = commented('price = 1\ntotal = price * count', 'end')
  comment(id(0), 'price * count')
  comment(id(0), '= 1')
  comment(id(0), null)
  split(context, id(0), [10])
  const [, below] = visibleCells(doc)
  if (below === undefined) throw new Error('there is a cell below')
  expect(threads()).toEqual([
    [0, 'cell', null],
    [0, '= 1', '= 1'],
    [1, 'price * count', 'price * count'],
  ])
  split(context, below, [5])
  expect(threads().at(-1)).toEqual([2, 'price * count', 'price * count'])
  undo.undo()
  undo.undo()
  expect(threads()).toEqual([
    [0, 'cell', null],
    [0, '= 1', '= 1'],
    [0, 'price * count', 'price * count'],
  ])
  split(context, id(0), [10])
  expect(threads().at(-1)).toEqual([1, 'price * count', 'price * count'])
})

test('a comment that a split has moved follows what is written there', () => {
  const { doc, context, comment, threads, id } = commented('price = 1\ntotal = price * count')
  comment(id(0), 'price * count')
  split(context, id(0), [10])
  const [, below] = visibleCells(doc)
  if (below !== undefined) cellSource(doc, below)?.insert(12, '!')
  expect(threads()).toEqual([[1, 'price * count', 'pric!e * count']])
})

test('comments on a cell that is merged into another, and on its text, go there', () => {
  const { context, comment, threads, id, go, undo } = commented('one', 'two three')
  comment(id(1), 'three')
  comment(id(1), null)
  go(0)
  mergeWith(context, 'below')
  expect(threads()).toEqual([
    [0, 'cell', null],
    [0, 'three', 'three'],
  ])
  undo.undo()
  expect(threads().map(([position]) => position)).toEqual([1, 1])
})

test('a comment whose text is deleted stays in the cell where that was', () => {
  const { doc, context, comment, threads, id } = commented('one two\nthree')
  comment(id(0), 'two')
  cellSource(doc, id(0))?.delete(4, 3)
  split(context, id(0), [5])
  expect(threads()).toEqual([[0, 'two', null]])
})

test('an edit of the file finds a comment that a split has moved', () => {
  const { doc, context, comment, threads, id } = commented('one\ntwo')
  comment(id(0), 'two')
  split(context, id(0), [4])
  const file = formatNotebook(readNotebook(doc))
  const known = [{ digest: textDigest(file), state: Y.encodeStateAsUpdate(doc) }]
  const theirs = readOutside(file.replace('"text": "two"', '"text": "edited"'))
  if (!theirs.ok) throw new Error(theirs.reason)
  mergeFile(doc, known, theirs.notebook, 'another')
  expect(threads()).toEqual([[1, 'edited', 'two']])
})
