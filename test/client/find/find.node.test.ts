import { EditorState } from '@codemirror/state'
import type { EditorView } from '@codemirror/view'
import { expect, test } from 'vitest'
import { Find } from '../../../client/find/find.ts'
import { extend } from '../../../client/commands/select.ts'
import { handsAt } from '../../support/cell-hands.ts'
import { printed } from '../../support/replicas.ts'

test('search goes through sources and outputs from the current cell, and wraps around', () => {
  const { context, go, shown, id } = handsAt('alpha', printed('p', 'Alpha beta', 'x alpha\n'), 'beta')
  const find = new Find(() => context)
  go(1)
  find.open()
  find.look({ text: 'alpha' })
  expect(find.status).toBe('2 of 3')
  expect(shown.at(-1)).toMatchObject({ cell: id(1), part: 'source', from: 0, to: 5, text: 'Alpha' })
  find.go(1)
  expect([find.status, shown.at(-1)?.part]).toEqual(['3 of 3', 'output'])
  find.go(1)
  expect(find.status).toBe('1 of 3')
  find.go(-1)
  expect(find.status).toBe('3 of 3')
  find.look({ matchCase: true })
  expect(find.matches).toHaveLength(2)
  find.look({ text: 'nowhere' })
  expect(find.status).toBe('No matches')
  find.look({ text: '(', regex: true })
  expect(find.status).toBe('This is not a regular expression.')
  find.close()
})

test('search is limited to the selected cells if there are several, until that is switched off', () => {
  const { context, go } = handsAt('a', 'a', 'a', 'a')
  const find = new Find(() => context)
  go(1)
  extend(context, 'below')
  find.open()
  find.look({ text: 'a' })
  expect(find.matches).toHaveLength(2)
  find.toggleSelection()
  expect(find.matches).toHaveLength(4)
  find.close()
})

test('replacing goes from match to match, and never into text that it has just written', () => {
  const { context, go, sources } = handsAt('a a', 'a')
  const find = new Find(() => context)
  go(0)
  find.open(null, true)
  find.look({ text: 'a' })
  find.replacement = 'aa'
  find.replace()
  expect([sources(), find.present?.from]).toEqual([['aa a', 'a'], 3])
  find.replace()
  find.replace()
  expect(sources()).toEqual(['aa aa', 'aa'])
  find.close()
})

test('whole words only, and outputs only where they are wanted', () => {
  const { context, go } = handsAt('note = not_a + nöt', printed('p', 'not a note', 'not this\n'), '# not(e)')
  const find = new Find(() => context)
  go(0)
  find.open()
  find.look({ text: 'not' })
  expect(find.matches).toHaveLength(6)
  find.look({ wholeWord: true })
  expect(find.matches.map(({ part, from }) => [part, from])).toEqual([
    ['source', 0],
    ['output', 0],
    ['source', 2],
  ])
  find.look({ outputs: false })
  expect(find.status).toBe('1 of 2')
  find.close()
})

test('after everything was replaced, the matches that are left in outputs are counted without a place', () => {
  const { context, go } = handsAt(printed('p', 'a a', 'a\n'))
  const find = new Find(() => context)
  go(0)
  find.open(null, true)
  find.look({ text: 'a' })
  find.replacement = 'b'
  find.replaceAll()
  expect(find.status).toBe('1 match')
  find.close()
})

test('search is limited to the selected lines of a source, also while they are replaced', () => {
  const { context, go, sources } = handsAt('a\na a\na\na', 'a')
  const find = new Find(() => context)
  go(0)
  const state = EditorState.create({ doc: 'a\na a\na\na', selection: { anchor: 2, head: 7 } })
  find.open({ state } as EditorView, true)
  find.look({ text: 'a' })
  expect(find.matches).toHaveLength(6)
  find.toggleSelection()
  expect(find.matches.map(({ from }) => from)).toEqual([2, 4, 6])
  find.replacement = 'aa'
  find.replace()
  find.replacement = 'b'
  find.replaceAll()
  expect(sources()).toEqual(['a\nbb b\nb\na', 'a'])
  find.close()
})

test('a word selected in a source is the present match; opened again elsewhere, the search begins there', () => {
  const { context, go, id, shown } = handsAt('a a', 'a')
  const find = new Find(() => context)
  go(0)
  const state = EditorState.create({ doc: 'a a', selection: { anchor: 2, head: 3 } })
  find.open({ state } as EditorView)
  expect([find.status, shown.at(-1)]).toEqual(['2 of 3', expect.objectContaining({ cell: id(0), from: 2 })])
  find.go(-1)
  expect(find.status).toBe('1 of 3')
  find.close()
  go(1)
  find.open()
  expect(find.status).toBe('3 matches')
  find.go(1)
  expect(find.status).toBe('3 of 3')
  find.close()
})
