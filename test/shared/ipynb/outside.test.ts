import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { mergeFile, readOutside } from '../../../shared/ipynb/outside.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { textDigest } from '../../../shared/notebook/digest.ts'
import { newCellId } from '../../../shared/notebook/ids.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import {
  cellSource,
  listCells,
  readHead,
  readNotebook,
  visibleCells,
} from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { shownStatus } from '../../../shared/notebook/document/status.ts'
import { notebookFile } from '../../support/notebook-file.ts'
import { code, edited, Scene, type JsonNotebook, type JsonCell } from './outside-scene.ts'

describe('an edit of the file by another program', () => {
  test('is merged with what is being typed, in the same cell and in others', () => {
    const scene = new Scene(code('a = 1\nb = 2', 'c = 3'))
    const text = scene.snapshot()
    scene.type(0, 0, '# typed\n')
    scene.type(1, 5, '4')
    const sizes: number[] = []
    scene.doc.on('update', (update: Uint8Array) => sizes.push(update.length))
    const merge = scene.outside(text.replace('b = 2', 'b = 22'))
    expect(scene.sources).toEqual(['# typed\na = 1\nb = 22', 'c = 34'])
    expect(merge.marks.size).toBe(0)
    expect(sizes).toEqual([expect.toSatisfy((size: number) => size < 100)])
  })

  test('that replaces two words is kept whole when a third is typed between them meanwhile', () => {
    const scene = new Scene(code('start = 0 w001w w002w'))
    const text = scene.snapshot()
    const away = new Y.Doc()
    Y.applyUpdate(away, Y.encodeStateAsUpdate(scene.doc))
    cellSource(away, scene.id(0))?.insert('start = 0 w001w'.length, ' w004w')
    scene.outside(text.replace('w001w w002w', 'w003w'))
    Y.applyUpdate(scene.doc, Y.encodeStateAsUpdate(away))
    expect(scene.sources).toEqual([expect.stringContaining('w003w')])
    expect(scene.sources).toEqual([expect.stringContaining('w004w')])
  })

  test('is applied once, however often it is merged', () => {
    const scene = new Scene(code('one'))
    const text = scene.snapshot().replace('one', 'one two')
    scene.outside(text)
    scene.outside(text)
    expect(scene.sources).toEqual(['one two'])
  })

  test('brings back a cell that was deleted here and edited in the file', () => {
    const scene = new Scene(code('a', 'b'))
    const before = scene.snapshot()
    apply(scene.doc, { type: 'delete-cell', id: scene.id(1), by: 'Ana', at: 0 })
    scene.type(0, 1, ' seen')
    // A program that saw the deleted cell brings it back and adds to it.
    const [, gone] = (JSON.parse(before) as JsonNotebook).cells
    scene.outside(
      edited(scene.snapshot(), ({ cells }) => cells.push({ ...gone, source: 'b more' } as JsonCell)),
    )
    expect(scene.sources).toEqual(['a seen', 'b more'])
  })

  test('in a browser copy is kept for a cell newer than the last acknowledged state', () => {
    const scene = new Scene(code('a'))
    const [acknowledged] = scene.versions
    const id = newCellId()
    apply(scene.doc, { type: 'insert-cell', id, kind: 'code', after: scene.id(0), source: 'one' })
    const held = edited(
      scene.file,
      ({ cells }) => (cells[1] = { ...cells[1], source: 'one two' } as JsonCell),
    )
    const read = readOutside(held)
    if (!read.ok || acknowledged === undefined) throw new Error('no base')
    mergeFile(scene.doc, [acknowledged], read.notebook, textDigest(held), { own: true })
    expect(scene.sources).toEqual(['a', 'one two'])
  })

  test('is compared with the revision it was made from, though the file was written since', () => {
    const scene = new Scene(code('a', 'b'))
    const loaded = scene.snapshot()
    for (const line of ['typed 1\n', 'typed 2\n', 'typed 3\n']) {
      scene.type(0, 0, line)
      scene.snapshot()
    }
    const { marks } = scene.outside(loaded.replace('"b"', '"b from vim"'))
    expect(scene.sources).toEqual(['typed 3\ntyped 2\ntyped 1\na', 'b from vim'])
    // The file lacks what was typed since: that is kept, and the cell is marked.
    expect([...marks]).toEqual([[scene.id(0), { why: 'kept', theirs: 'a' }]])
  })

  test('can name the revision it is based on', () => {
    const scene = new Scene(code('a'))
    scene.snapshot()
    scene.type(0, 1, '\nline')
    const text = scene.snapshot()
    scene.outside(
      edited(text, ({ cells }) => (cells[0]!.source = ['a'])),
      textDigest(text),
    )
    expect(scene.sources).toEqual(['a'])
  })

  test('keeps the identity of a cell whose id it removed', () => {
    const scene = new Scene(code('first cell = 1', 'second cell = 2', 'third cell = 3'))
    const ids = visibleCells(scene.doc)
    const text = scene.snapshot()
    scene.type(1, 0, 'typed ')
    scene.outside(
      edited(text, (notebook) => {
        notebook.nbformat_minor = 4
        for (const cell of notebook.cells) delete cell.id
        notebook.cells[1]!.source = ['second cell = 2 + 2']
      }),
    )
    expect(visibleCells(scene.doc)).toEqual(ids)
    expect(scene.sources).toEqual(['first cell = 1', 'typed second cell = 2 + 2', 'third cell = 3'])
  })

  test('merges with a change of the same line here, and marks the cell as a conflict', () => {
    const scene = new Scene(code('x = 1\ny = 2'))
    const text = scene.snapshot()
    scene.type(0, 4, 'our')
    const { marks } = scene.outside(text.replace('x = 1', 'x = 1 + their'))
    expect(scene.sources).toEqual(['x = our1 + their\ny = 2'])
    expect([...marks]).toEqual([[scene.id(0), { why: 'both', theirs: 'x = 1 + their\ny = 2' }]])
  })

  test('that moves, adds and deletes cells merges with a move, a new cell and typing here', () => {
    const scene = new Scene(code('a', 'b', 'c', 'd'))
    const text = scene.snapshot()
    const [a, b, , d] = visibleCells(scene.doc)
    apply(scene.doc, {
      type: 'insert-cell',
      id: cellId('ours'),
      kind: 'note',
      after: a ?? null,
      source: 'ours',
    })
    apply(scene.doc, { type: 'move-cell', id: d ?? cellId(''), after: null })
    scene.type(3, 1, ' typed')
    scene.outside(
      edited(text, (notebook) => {
        const [first, second, third, fourth] = notebook.cells
        const made = {
          cell_type: 'code',
          execution_count: null,
          id: 'made',
          metadata: {},
          outputs: [],
          source: ['made'],
        }
        notebook.cells = [third!, first!, made, second!, fourth!]
      }),
    )
    expect(scene.sources.toSorted()).toEqual(['a', 'b typed', 'c', 'd', 'made', 'ours'])
    expect(scene.sources.slice(0, 2).toSorted()).toEqual(['c', 'd'])
    expect(scene.sources.indexOf('c')).toBeLessThan(scene.sources.indexOf('a'))
    expect(visibleCells(scene.doc)).toContain(b)

    const deleting = new Scene(code('a', 'b'))
    const before = deleting.snapshot()
    deleting.type(1, 1, ' typed meanwhile')
    deleting.outside(edited(before, (notebook) => notebook.cells.pop()))
    expect(deleting.sources).toEqual(['a'])
    // What was typed into the deleted cell is kept as a ghost.
    expect(listCells(deleting.doc).filter((entry) => entry.ghost)).toHaveLength(1)
  })

  test('brings back a cell deleted here if it changed the text of that cell', () => {
    const scene = new Scene(code('a', 'b'))
    const text = scene.snapshot()
    const id = scene.id(1)
    apply(scene.doc, { type: 'delete-cell', id, by: 'Ana', at: 1 })
    scene.snapshot()
    const { cells } = JSON.parse(text) as JsonNotebook
    scene.outside(edited(scene.file, (notebook) => notebook.cells.push({ ...cells[1]!, source: ['b2'] })))
    expect(scene.sources).toEqual(['a', 'b2'])
    expect(scene.id(1)).toBe(id)
  })

  test('never overwrites a cell with the same id that was added here since', () => {
    const scene = new Scene(code('a'))
    apply(scene.doc, {
      type: 'insert-cell',
      id: cellId('same'),
      kind: 'code',
      after: scene.id(0),
      source: 'ours',
    })
    const theirs = {
      cell_type: 'code',
      execution_count: null,
      id: 'same',
      metadata: {},
      outputs: [],
      source: ['theirs'],
    }
    scene.outside(
      edited(scene.versions.length === 1 ? code('a') : '', (notebook) => notebook.cells.push(theirs)),
    )
    expect(scene.sources.toSorted()).toEqual(['a', 'ours', 'theirs'])
  })

  test('updates outputs, but not over a run made since', () => {
    const scene = new Scene(code('1', '2'))
    const text = scene.snapshot()
    const request = { id: 'r', by: 'Ana', to: 'kernel', at: 1, saw: null }
    startRun(scene.doc, scene.id(0), { request, executor: 'kernel', at: 1, count: 5 }, 'kernel')?.finish(
      'done',
      2,
    )
    const output = { name: 'stdout', output_type: 'stream', text: ['printed'] }
    scene.outside(
      edited(text, ({ cells }) => {
        for (const cell of cells) Object.assign(cell, { execution_count: 9, outputs: [output] })
      }),
    )
    const [first, second] = readNotebook(scene.doc).cells
    expect(first?.result?.run?.id).toBe('r')
    expect(second?.result).toMatchObject({ count: 9, outputs: [{ live: false, leaf: output }] })
  })

  test('that strips outputs leaves the cell idle, not queued', () => {
    const scene = new Scene(code('1'))
    scene.type(0, 1, '2')
    const request = { id: 'r', by: 'Ana', to: 'kernel', at: 1, saw: null }
    requestRun(scene.doc, scene.id(0), request)
    const writer = startRun(
      scene.doc,
      scene.id(0),
      { request, executor: 'kernel', at: 1, count: 5 },
      'kernel',
    )
    writer?.stream('stdout', 'printed')
    writer?.finish('done', 2)
    scene.outside(
      edited(scene.snapshot(), ({ cells }) => {
        for (const cell of cells) Object.assign(cell, { execution_count: null, outputs: [] })
      }),
    )
    const head = readHead(scene.doc, scene.id(0))
    if (head === undefined) throw new Error('no cell')
    expect(shownStatus(head, { connected: true, absentFor: () => 0 })).toBe('idle')
    expect(readNotebook(scene.doc).cells[0]?.result?.outputs ?? []).toEqual([])
  })

  test('changes a reply', () => {
    const result = { run: null, count: null, status: 'done', outputs: [], thinking: null, calls: [] } as const
    const scene = new Scene(notebookFile(['prompt', 'ask', { result: { ...result, reply: 'one two' } }]))
    const text = scene.snapshot()
    scene.outside(text.replace('one two', 'one two three'))
    expect(readNotebook(scene.doc).cells[0]?.result?.reply).toBe('one two three')
  })

  test.each([
    ['merge-conflict markers', '{\n<<<<<<< HEAD\n', /merge-conflict/],
    ['half a file', '{"cells": [', /line 1/],
    ['nothing', '', /empty/],
  ])('that left %s is refused with a reason', (_, text, reason) => {
    expect(readOutside(text)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) as string })
  })

  test('leaves a conflict mark that goes away once someone dismisses it', () => {
    const scene = new Scene(code('x = 1'))
    const text = scene.snapshot()
    scene.type(0, 4, '2')
    scene.outside(text.replace('x = 1', 'x = 13'))
    expect(scene.mark(0)).toEqual({ why: 'both', theirs: 'x = 13' })
    apply(scene.doc, { type: 'clear-mark', id: scene.id(0) })
    expect(readHead(scene.doc, scene.id(0))?.mark).toBe(null)
  })
})
