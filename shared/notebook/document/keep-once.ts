// Text that two people have copied at the same time is kept once.
import type * as Y from 'yjs'
import { stateOf } from '../../state-vector.ts'
import { sourceDigest } from '../digest.ts'
import type { CellId } from '../notebook.ts'
import { carryFrom, carryOrigin, writtenBy } from './carry.ts'
import { Copies, has, piecesOf, recordRuns, writtenRuns, type Copy, type Reach, type Run } from './copies.ts'
import { cellMap } from './layout.ts'
import { cellSource, isDeleted } from './read.ts'

/** Deletes a passage, and the line break beside it that would stand for nothing. */
const cut = (text: Y.Text, from: number, to: number): void => {
  const now = text.toString()
  const before = /\n*$/.exec(now.slice(0, from))?.[0].length ?? 0
  const after = /^\n*/.exec(now.slice(to))?.[0].length ?? 0
  const isLines = (from === 0 || before > 0) && (to === now.length || after > 0)
  if (!isLines) text.delete(from, to - from)
  else if (before > 0) text.delete(from - before, to - from + before)
  else text.delete(from, to - from + after)
}

/** By its first copy. */
interface Kept {
  readonly cell: CellId
  readonly root: Run
  readonly copy: Run
}

interface Repeated {
  readonly at: number
  readonly run: Run
  readonly kept: Kept
  /** The characters of it that are kept. */
  readonly copy: Run
}

/** What a cell has of copied text: `kept` gains what is in none of the cells before. */
const findRepeated = (
  text: Y.Text,
  cell: CellId,
  copies: Copies,
  kept: Kept[],
): { readonly repeated: readonly Repeated[]; readonly isAll: boolean } => {
  const into = copies.into(cell)
  const repeated: Repeated[] = []
  let isAll = true
  let at = 0
  for (const written of writtenRuns(text).filter(({ deleted }) => !deleted))
    for (const { client, ...piece } of piecesOf(written, into)) {
      const isCopy = into.some((run) => has(run, { client, clock: piece.clock }))
      let { clock } = piece
      for (const whole of isCopy ? copies.rootsOf(cell, { client, ...piece }) : [])
        for (const root of piecesOf(
          whole,
          kept.map((each) => each.root),
        )) {
          const run = { client, clock, length: root.length }
          const first = kept.find((each) => has(each.root, root))
          if (first === undefined) kept.push({ cell, root, copy: run })
          else
            repeated.push({
              at: at + clock - piece.clock,
              run,
              kept: first,
              copy: {
                ...run,
                client: first.copy.client,
                clock: first.copy.clock + root.clock - first.root.clock,
              },
            })
          isAll &&= first !== undefined && first.cell !== cell
          clock += root.length
        }
      at += piece.length
    }
  return { repeated, isAll: isAll && repeated.length > 0 }
}

/** A cell that a split has made: its text began as a copy. */
const isMade = (text: Y.Text, into: readonly Run[]): boolean => {
  const id = text._item?.id
  return id !== undefined && into.some((run) => has(run, { client: id.client, clock: id.clock + 1 }))
}

const removeFrom = (
  doc: Y.Doc,
  cell: CellId,
  text: Y.Text,
  repeated: readonly Repeated[],
  reach: Reach,
): void => {
  for (const to of new Set(repeated.map(({ kept }) => kept.cell))) {
    const there = repeated.filter(({ kept }) => kept.cell === to)
    if (to !== cell)
      recordRuns(
        doc,
        { from: cell, to, reach },
        there.map(({ run }) => run),
        there.map(({ copy }) => copy),
      )
  }
  const ranges: { from: number; to: number }[] = []
  for (const { at, run } of repeated) {
    const last = ranges.at(-1)
    if (last?.to === at) last.to += run.length
    else ranges.push({ from: at, to: at + run.length })
  }
  for (const { from, to } of ranges.toReversed()) cut(text, from, to)
}

/** What is left of a cell goes to where its text is kept. */
const removeCell = (doc: Y.Doc, cell: CellId, text: Y.Text): void => {
  const setDeleted = (): unknown =>
    cellMap(doc, cell)?.set('deleted', { by: null, at: null, digest: sourceDigest(text.toString()) })
  setDeleted()
  carryFrom(doc, cell, new Copies(doc), writtenBy(stateOf(doc)))
  setDeleted()
}

/** Call where just one replica does it, after copies with these keys were added. */
export const keepOnce = (doc: Y.Doc, keys: readonly string[]): void => {
  const copies = new Copies(doc)
  const rootsOf = ({ to, runs }: Copy): readonly Run[] =>
    runs.flatMap(({ copy, length }) => (copy === null ? [] : copies.rootsOf(to, { ...copy, length })))
  const added = new Copies(doc, keys).all.flatMap(rootsOf)
  const isAdded = (root: Run): boolean => added.some((each) => has(each, root) || has(root, each))
  const concerned = copies.all.filter((copy) => rootsOf(copy).some(isAdded))
  if (concerned.length < 2) return
  const kept: Kept[] = []
  doc.transact(() => {
    for (const cell of new Set(concerned.map(({ to }) => to))) {
      const [map, text] = [cellMap(doc, cell), cellSource(doc, cell)]
      if (map === undefined || text === undefined || isDeleted(map)) continue
      const { repeated, isAll } = findRepeated(text, cell, copies, kept)
      const isDouble = isAll && isMade(text, copies.into(cell))
      removeFrom(doc, cell, text, repeated, isDouble ? 'around' : 'within')
      if (repeated.length > 0 && (isDouble || text.toString().trim() === '')) removeCell(doc, cell, text)
    }
  }, carryOrigin)
}
