import { describe, expect, test } from 'vitest'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { requestRun } from '../../../shared/notebook/document/requested-texts.ts'
import { cellsOf } from '../../../shared/notebook/document/layout.ts'
import { cellId } from '../../../shared/notebook/notebook.ts'
import {
  cellReply,
  cellSource,
  readAttachment,
  readHead,
  visibleCells,
} from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { Undo } from '../../../shared/notebook/document/undo.ts'
import { plainCell, plainNotebook, Replicas } from '../../support/replicas.ts'

const [a, b, n] = ['a', 'b', 'n'].map(cellId) as [
  ReturnType<typeof cellId>,
  ReturnType<typeof cellId>,
  ReturnType<typeof cellId>,
]
const pair = (): { replicas: Replicas; undo: Undo } => {
  const replicas = new Replicas(
    plainNotebook([plainCell('a', 'code', 'one'), plainCell('b', 'prompt', 'two')]),
    2,
  )
  return { replicas, undo: new Undo(replicas.get(0)) }
}

describe('undo', () => {
  test('leaves what others typed', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    apply(mine, { type: 'splice-source', id: a, from: 3, to: 3, insert: ' mine' })
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'theirs ' })
    apply(theirs, { type: 'splice-source', id: a, from: 12, to: 12, insert: 'X' })
    replicas.sync()
    expect(undo.undo()).toBe(a)
    expect(cellSource(mine, a)?.toString()).toBe('theirs oneX')
    undo.redo()
    expect(cellSource(mine, a)?.toString()).toBe('theirs one mXine')
  })

  test('reports the place where it changed a source, even after others inserted text before it', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    apply(mine, { type: 'splice-source', id: a, from: 3, to: 3, insert: ' mine' })
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'theirs ' })
    replicas.sync()
    undo.undo()
    expect(undo.place).toEqual({ cell: a, at: 'theirs one'.length })
    undo.redo()
    expect(undo.place).toEqual({ cell: a, at: 'theirs one mine'.length })
    undo.step(() => apply(mine, { type: 'set-kind', id: b, kind: 'note' }))
    undo.undo()
    expect(undo.place).toEqual({ cell: b, at: null })
  })

  test('of an attachment removes it', () => {
    const { replicas, undo } = pair()
    const [mine] = [replicas.get(0)]
    const value = { 'image/png': 'AAAA' }
    undo.step(() => apply(mine, { type: 'set-attachment', id: a, name: 'x.png', value }))
    expect(readAttachment(mine, a, 'x.png')).toEqual(value)
    expect(undo.undo()).toBe(a)
    expect(readAttachment(mine, a, 'x.png')).toBe(null)
  })

  test('of an inserted cell keeps the cell if others typed in it', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    undo.step(() => apply(mine, { type: 'insert-cell', id: n, kind: 'code', after: a }))
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: n, from: 0, to: 0, insert: 'their words' })
    replicas.sync()
    let missed = false
    cellsOf(theirs).observeDeep(() => (missed ||= !visibleCells(theirs).includes(n)))
    mine.on('update', () => replicas.send(0, 1))
    expect(undo.undo()).toBe(n)
    for (const doc of replicas.docs) {
      expect(visibleCells(doc)).toEqual([a, n, b])
      expect(cellSource(doc, n)?.toString()).toBe('their words')
    }
    // Not even for a moment, as somebody typing in it would lose the caret.
    expect(missed).toBe(false)
    expect(undo.undo()).toBe(null)
  })

  test('of an inserted cell keeps it if others replaced its creator’s text', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    undo.step(() => apply(mine, { type: 'insert-cell', id: n, kind: 'code', after: a }))
    apply(mine, { type: 'splice-source', id: n, from: 0, to: 0, insert: 'mine' })
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: n, from: 0, to: 4, insert: 'theirs' })
    replicas.sync()
    expect(undo.undo()).toBe(n)
    expect(visibleCells(mine)).toEqual([a, n, b])
    expect(cellSource(mine, n)?.toString()).toBe('theirs')
  })

  test('keeps a cell in which others typed when a deletion is redone', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    undo.step(() => apply(mine, { type: 'delete-cell', id: a, by: 'me', at: 1 }))
    undo.undo()
    replicas.sync()
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'more ' })
    replicas.sync()
    expect(undo.redo()).toBe(a)
    expect(visibleCells(mine)).toEqual([a, b])
  })

  test('of an inserted cell that only its creator edited removes it, and redo restores it', () => {
    const { replicas, undo } = pair()
    const mine = replicas.get(0)
    undo.step(() => apply(mine, { type: 'insert-cell', id: n, kind: 'code', after: a, source: 'pasted' }))
    apply(mine, { type: 'splice-source', id: n, from: 6, to: 6, insert: '!' })
    undo.undo()
    undo.undo()
    expect(visibleCells(mine)).toEqual([a, b])
    undo.redo()
    undo.redo()
    expect(visibleCells(mine)).toEqual([a, n, b])
    expect(cellSource(mine, n)?.toString()).toBe('pasted!')
  })

  test('of a deletion restores the same text, with what others typed meanwhile', () => {
    const { replicas, undo } = pair()
    const [mine, theirs] = [replicas.get(0), replicas.get(1)]
    const text = cellSource(mine, a)
    undo.step(() => apply(mine, { type: 'delete-cell', id: a, by: 'me', at: 1 }))
    apply(theirs, { type: 'splice-source', id: a, from: 0, to: 0, insert: 'more ' })
    replicas.sync()
    undo.undo()
    expect(visibleCells(mine)).toEqual([a, b])
    expect(cellSource(mine, a)).toBe(text)
    expect(text?.toString()).toBe('more one')
  })

  test('takes moves and kinds as separate steps, and never affects runs and replies', () => {
    const { replicas, undo } = pair()
    const mine = replicas.get(0)
    undo.step(() => apply(mine, { type: 'move-cell', id: a, after: b }))
    undo.step(() => apply(mine, { type: 'set-kind', id: a, kind: 'note' }))
    const request = { id: 'r', by: 'me', to: 'model', at: 1, saw: null }
    requestRun(mine, b, request)
    const writer = startRun(mine, b, { request, executor: 'model:x', at: 1, count: null }, 'model')
    writer?.appendReply('streamed')
    undo.undo()
    expect(readHead(mine, a)?.kind).toBe('code')
    expect(visibleCells(mine)).toEqual([b, a])
    undo.undo()
    expect(visibleCells(mine)).toEqual([a, b])
    expect(undo.canUndo).toBe(false)
    expect(cellReply(mine, b)?.toString()).toBe('streamed')
    expect(readHead(mine, b)?.request?.id).toBe('r')
  })
})
