import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { bookmarked, freeBookmark } from '../../../shared/notebook/document/bookmarks.ts'
import { kindNamed } from '../../../shared/notebook/cell-kinds/kinds.ts'
import {
  flagsFor,
  flagsOf,
  foldFlag,
  toggledFlag,
  type CellFlag,
} from '../../../shared/notebook/cell-kinds/flags.ts'
import { foldedAway, headingLevel, shownCells } from '../../../shared/notebook/document/headings.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const notebook = plainNotebook([
  plainCell('one', 'note', '# One'),
  plainCell('a', 'code', 'a'),
  plainCell('two', 'note', '\n## Two\ntext'),
  plainCell('b', 'code', '# no heading'),
  plainCell('text', 'note', '#no heading'),
  plainCell('three', 'note', '## Three'),
  plainCell('c', 'code', 'c'),
  plainCell('four', 'note', '# Four'),
])
const setup = () => {
  const doc = new Replicas(notebook, 1).get(0)
  const fold = (id: string, isFolded = true): unknown =>
    apply(doc, {
      type: 'set-cell-meta',
      id: cellId(id),
      key: 'heading_collapsed',
      value: isFolded ? true : undefined,
    })
  return { doc, fold, shown: () => shownCells(doc).join(' ') }
}

describe('sections', () => {
  test('begin with a heading in a note', () => {
    expect(
      ['# a', '### a', '  \n# a', '#', '#a', '####### a', 'a'].map((text) => headingLevel('note', text)),
    ).toEqual([1, 3, 1, null, null, null, null])
    expect(headingLevel('code', '# a')).toBeNull()
  })

  test('collapse up to the next heading of their level, and can be nested', () => {
    const { doc, fold, shown } = setup()
    expect(foldedAway(doc).size).toBe(0)
    fold('two')
    expect(shown()).toBe('one a two three c four')
    fold('one')
    expect(shown()).toBe('one four')
    expect(foldedAway(doc).get(cellId('b'))).toBe('one')
    fold('one', false)
    expect(shown()).toBe('one a two three c four')
    fold('a')
    expect(shown()).toBe('one a two three c four')
  })

  test('are shown again if the collapsed heading is no longer a heading', () => {
    const { doc, fold, shown } = setup()
    fold('three')
    expect(shown()).toBe('one a two b text three four')
    apply(doc, { type: 'splice-source', id: cellId('three'), from: 0, to: 3, insert: '' })
    expect(shown()).toBe('one a two b text three c four')
  })
})

test('flags are offered only for cells to which they apply', () => {
  expect(flagsFor(kindNamed('note'), '# One')).toContain('heading_collapsed')
  expect(flagsFor(kindNamed('note'), 'One')).not.toContain('heading_collapsed')
  expect(flagsFor(kindNamed('prompt'), 'x')).toContain('use_thinking')
  expect(flagsFor(kindNamed('code'), 'x')).toEqual([
    'skipped',
    'pinned',
    'source_hidden',
    'outputs_hidden',
    'scrolled',
    'is_exported',
  ])
})

test('collapsed inputs and outputs are stored as in JupyterLab, or as in Solveit in its notebooks', () => {
  type Meta = Parameters<typeof toggledFlag>[0]
  const toggled = (meta: Meta, flag: CellFlag): Meta =>
    Object.fromEntries(
      Object.entries({
        ...meta,
        ...Object.fromEntries(toggledFlag(meta, flag).map(({ key, value }) => [key, value])),
      }).filter((entry): entry is [string, Meta[string]] => entry[1] !== undefined),
    )
  const own = { tags: ['a'], jupyter: { other: 1 } }
  const folded = toggled(toggled(own, foldFlag(own, {}, 'output')), foldFlag(own, {}, 'source'))
  expect(folded).toEqual({
    tags: ['a'],
    collapsed: true,
    jupyter: { other: 1, outputs_hidden: true, source_hidden: true },
  })
  expect(flagsOf(folded)).toEqual(['source_hidden', 'outputs_hidden'])
  expect(toggled(toggled(folded, 'outputs_hidden'), 'source_hidden')).toEqual(own)
  expect(toggled(toggled({}, 'source_hidden'), 'source_hidden')).toEqual({})
  expect(toggled({ collapsed: true }, foldFlag({ collapsed: true }, {}, 'output'))).toEqual({})
  expect(foldFlag({}, { solveit_ver: 2 }, 'source')).toBe('input_collapse')
  expect(foldFlag({ input_collapse: true }, {}, 'source')).toBe('input_collapse')
  expect(toggled({}, 'scrolled')).toEqual({ scrolled: true })
})

test('bookmarks are found by number, and the lowest free number is the next', () => {
  const { doc } = setup()
  const mark = (id: string, value: unknown): unknown =>
    apply(doc, { type: 'set-cell-meta', id: cellId(id), key: 'bookmark', value: value as number })
  expect(freeBookmark(doc)).toBe(1)
  mark('a', 1)
  mark('b', 3)
  mark('c', 3)
  mark('two', 'high')
  expect(bookmarked(doc, 1)).toBe('a')
  expect(bookmarked(doc, 3)).toBe('b')
  expect(bookmarked(doc, 2)).toBeNull()
  expect(freeBookmark(doc)).toBe(2)
})
