// Text that two people have copied at the same time is kept once.
import type * as Y from 'yjs'
import { stateOf } from '../../state-vector.ts'
import { sourceDigest } from '../digest.ts'
import type { CellId } from '../notebook.ts'
import { carryFrom, carryOrigin, writtenBy } from './carry.ts'
import {
  Copies,
  has,
  lastOf,
  total,
  piecesOf,
  recordRuns,
  writtenRuns,
  type Reach,
  type Run,
} from './copies.ts'
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

/** Visible characters of a cell that are copies. */
interface Part {
  readonly cell: CellId
  /** An offset into its source. */
  readonly at: number
  readonly run: Run
  readonly root: Run
}

const partsOf = (text: Y.Text, cell: CellId, copies: Copies): readonly Part[] => {
  const into = copies.into(cell)
  const parts: Part[] = []
  let at = 0
  for (const written of writtenRuns(text).filter(({ deleted }) => !deleted))
    for (const { client, clock, length } of piecesOf(written, into)) {
      const isCopy = into.some((run) => has(run, { client, clock }))
      let done = 0
      for (const root of isCopy ? copies.rootsOf({ client, clock, length }) : []) {
        parts.push({ cell, at: at + done, run: { client, clock: clock + done, length: root.length }, root })
        done += root.length
      }
      at += length
    }
  return parts
}

interface Repeated extends Part {
  /** The first part that has it, and the characters that are kept. */
  readonly kept: Part
  readonly copy: Run
}

/** `kept` gains what none of the cells before has. */
const findRepeated = (parts: readonly Part[], kept: Part[]): readonly Repeated[] => {
  const repeated: Repeated[] = []
  const roots = kept.map((part) => part.root)
  for (const { cell, at, run, root: whole } of parts)
    for (const root of piecesOf(whole, roots)) {
      const done = root.clock - whole.clock
      const part = {
        cell,
        at: at + done,
        run: { ...run, clock: run.clock + done, length: root.length },
        root,
      }
      const first = kept.find((each) => has(each.root, root))
      if (first === undefined) {
        kept.push(part)
        roots.push(root)
      } else {
        const clock = first.run.clock + root.clock - first.root.clock
        repeated.push({ ...part, kept: first, copy: { ...part.run, client: first.run.client, clock } })
      }
    }
  return repeated
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
  carryFrom(doc, cell, new Copies(doc).bySource.get(cell) ?? [], writtenBy(stateOf(doc)))
  setDeleted()
}

/** The parts that have a character of another one. */
const overlapping = (parts: readonly Part[]): ReadonlySet<Part> => {
  const found = new Set<Part>()
  let last: Part | null = null
  for (const part of parts.toSorted((a, b) => a.root.client - b.root.client || a.root.clock - b.root.clock)) {
    if (last !== null && has(last.root, part.root)) found.add(last).add(part)
    const isFurther = last === null || !has(last.root, lastOf(part.root))
    if (isFurther) last = part
  }
  return found
}

const overlaps = (a: Run, b: Run): boolean => has(a, b) || has(b, a)

/** Call where just one replica does it, after copies with these keys were added. */
export const keepOnce = (doc: Y.Doc, keys: readonly string[]): void => {
  const copies = new Copies(doc)
  const added = new Copies(doc, keys)
  const cells = [...copies.byTarget.keys()].flatMap((cell) => {
    const [map, text] = [cellMap(doc, cell), cellSource(doc, cell)]
    return map === undefined || text === undefined || isDeleted(map)
      ? []
      : [{ cell, text, parts: partsOf(text, cell, copies) }]
  })
  const twice = overlapping(cells.flatMap(({ parts }) => parts))
  const roots = [...twice].flatMap(({ cell, run, root }) =>
    added.into(cell).some((each) => overlaps(each, run)) ? [root] : [],
  )
  if (roots.length === 0) return
  const kept: Part[] = []
  doc.transact(() => {
    for (const { cell, text, parts } of cells) {
      const repeated = findRepeated(
        parts.filter((part) => twice.has(part) && roots.some((each) => overlaps(each, part.root))),
        kept,
      )
      if (repeated.length === 0) continue
      const elsewhere = repeated.filter((part) => part.kept.cell !== cell).map(({ run }) => run)
      const isDouble =
        isMade(text, copies.into(cell)) && total(elsewhere) === total(parts.map(({ run }) => run))
      removeFrom(doc, cell, text, repeated, isDouble ? 'around' : 'within')
      if (isDouble || text.toString().trim() === '') removeCell(doc, cell, text)
    }
  }, carryOrigin)
}
