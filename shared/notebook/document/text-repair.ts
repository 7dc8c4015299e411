// Editors rely on a source or reply being a Y.Text of plain text. A Yjs client may write something else there, which is
// repaired at once, by one replica, the relay's: two would insert the text twice.
import * as Y from 'yjs'
import { cellsOf, markLeaf, resultMap, textOf, type CellMap } from './layout.ts'
import type { Mark } from '../notebook.ts'
import type { Origin } from './origin.ts'

const origin: Origin = 'setup'
/** The key of a stream output's text, which no editor binds to. */
const streamed = 'text'

type Changes = Y.YEvent<Y.AbstractType<unknown>>['changes']['keys']

/** The content of a text deleted by this transaction: earlier deletions have left no characters. */
const deletedText = (text: unknown): string => {
  let found = ''
  for (let item = text instanceof Y.Text ? text._start : null; item !== null; item = item.right)
    if (item.content instanceof Y.ContentString) found += item.content.str
  return found
}

/** Removes embeds and formatting. */
const keepText = (text: Y.Text): void => {
  const strange: { readonly at: number; readonly length: number }[] = []
  const formats = new Map<string, null>()
  let at = 0
  for (let item = text._start; item !== null; item = item.right) {
    if (item.deleted) continue
    if (item.content instanceof Y.ContentFormat) {
      if (item.content.value !== null) formats.set(item.content.key, null)
    } else if (item.countable && !(item.content instanceof Y.ContentString))
      strange.push({ at, length: item.length })
    if (item.countable) at += item.length
  }
  for (const { at, length } of strange.reverse()) text.delete(at, length)
  if (formats.size > 0 && text.length > 0) text.format(0, text.length, Object.fromEntries(formats))
}

/** `changes`: of the cell's keys, if the source is among them. */
const repairSource = (cell: CellMap, changes: Changes | null): void => {
  const source = cell.get('source')
  if (source instanceof Y.Text) return
  const before: unknown = changes?.get('source')?.oldValue
  // Nothing was there before: somebody creates the cell step by step.
  if (changes !== null && source === undefined && before === undefined) return
  const mark: Mark = { why: 'mended', theirs: null }
  cell.set(
    'source',
    new Y.Text(typeof source === 'string' ? source.replace(/\r\n?/g, '\n') : deletedText(before)),
  )
  cell.set('mark', markLeaf(mark))
}

const keepTexts = (cell: CellMap): void => {
  const result = resultMap(cell)
  const texts = [textOf(cell, 'source'), ...['reply', 'thinking'].map((key) => result && textOf(result, key))]
  for (const text of texts) if (text !== undefined) keepText(text)
}

/** Repairs every text, now and on each change; returns a function that ends it. */
export const repairTexts = (doc: Y.Doc): (() => void) => {
  const cells = cellsOf(doc)
  const repair = (cell: unknown, changes: Changes | null): void => {
    if (!(cell instanceof Y.Map)) return
    repairSource(cell as CellMap, changes)
    keepTexts(cell as CellMap)
  }
  const onEvents = (events: Y.YEvent<Y.AbstractType<unknown>>[]): void => {
    doc.transact(() => {
      for (const { target, changes } of events) {
        if (target === cells) for (const id of changes.keys.keys()) repair(cells.get(id), new Map())
        else if (target.parent === cells) repair(target, changes.keys)
        else if (target instanceof Y.Text && target._item?.parentSub !== streamed) keepText(target)
      }
    }, origin)
  }
  doc.transact(() => cells.forEach((cell) => repair(cell, null)), origin)
  cells.observeDeep(onEvents)
  return () => cells.unobserveDeep(onEvents)
}
