import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { Comments } from '../../../client/comments/comments.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { newCellId } from '../../../shared/notebook/ids.ts'
import { apply } from '../../../shared/notebook/document/apply.ts'
import { startThread } from '../../../shared/notebook/document/commenting.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { CellObserver } from '../../../shared/notebook/document/observe.ts'
import { cellSource } from '../../../shared/notebook/document/read.ts'

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

test('a keystroke in a commented text moves its mark and redraws nothing else', async () => {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, importNotebook(newNotebook(), 'commented'))
  const [id, other] = [newCellId(), newCellId()]
  for (const cell of [id, other])
    apply(doc, { type: 'insert-cell', id: cell, kind: 'note', after: null, source: 'some words' })
  const person = { id: 'ana', name: 'Ana' }
  const writing = { who: person, at: 1, text: 'why?', asksModel: false }
  const passage = { in: 'source', quote: 'words', place: { from: 5, to: 10 } } as const
  for (const cell of [id, other]) startThread(doc, cell, passage, writing)
  const [text, otherText] = [cellSource(doc, id), cellSource(doc, other)]
  if (text === undefined || otherText === undefined) throw new Error('the cells have texts')
  const comments = new Comments({
    notebook: { doc, observer: new CellObserver(doc), on: () => () => undefined, loaded: true },
    person: () => person,
    names: () => [],
    announce: () => undefined,
  })
  comments.choose(null)
  comments.begin(null)
  const told: string[] = []
  comments.onChange(() => told.push('threads'))
  comments.on(text, () => told.push('mark'))
  comments.on(otherText, () => told.push('mark of the other cell'))

  text.insert(0, 'in ')
  await turn()
  expect(comments.in(text)).toEqual([{ from: 8, to: 13, isChosen: false }])
  expect(comments.ofCell(id)[0]?.passage?.place).toEqual({ from: 8, to: 13 })
  expect(told).toEqual(['mark'])

  // The panel quotes the passage, so it is notified too.
  text.insert(13, '!')
  text.delete(8, 1)
  await turn()
  expect(comments.ofCell(id)[0]?.passage?.quote).toBe('ords')
  expect(told).toEqual(['mark', 'mark', 'threads'])
})
