// Undoing a split or merge brings the text back to where it was; what others have written in the copy goes with it.
import type * as Y from 'yjs'
import { stateOf } from '../../state-vector.ts'
import { carryFrom, carryOrigin, writtenBy } from './carry.ts'
import { Copies, copiesIn, has, recordRuns, total, writtenRuns, type Copy, type Run } from './copies.ts'
import { cellSource } from './read.ts'

/** The next `length` characters, which are taken away. */
const take = (runs: Run[], length: number): readonly Run[] => {
  const taken: Run[] = []
  for (let left = length; left > 0;) {
    const run = runs.shift()
    if (run === undefined) break
    const count = Math.min(left, run.length)
    taken.push({ ...run, length: count })
    if (count < run.length) runs.unshift({ ...run, clock: run.clock + count, length: run.length - count })
    left -= count
  }
  return taken
}

/** What this page has restored of a text since its clock was `began`. */
const restoredSince = (doc: Y.Doc, text: Y.Text, began: number): Run[] =>
  writtenRuns(text).flatMap(({ client, clock, length, deleted }) => {
    const start = Math.max(clock, began)
    const isNew = client === doc.clientID && !deleted && start < clock + length
    return isNew ? [{ client, clock: start, length: clock + length - start }] : []
  })

/** Where the copied characters are again. */
const originalsOf = ({ runs }: Copy, restored: Run[] | null): readonly Run[] =>
  runs.flatMap((run) => {
    const there = restored === null ? [run] : take(restored, run.length)
    return run.copy === null ? [] : there
  })

/** What was carried from one cell to the other with these copies. */
const carried = (doc: Y.Doc, from: Copy['from'], to: Copy['to']): readonly Run[] =>
  (new Copies(doc).bySource.get(from) ?? [])
    .filter((copy) => copy.to === to && copy.reach === 'within')
    .flatMap(copiesIn)

/** `began`: the clock of this page before that. */
export const afterUndo = (doc: Y.Doc, copies: readonly Copy[], began: number): void =>
  doc.transact(() => {
    for (const from of new Set(copies.map((copy) => copy.from))) {
      const ofCell = copies.filter((copy) => copy.from === from)
      const text = cellSource(doc, from)
      // A merge has left the characters where they were; those that a split took away are new ones.
      const isSplit = ofCell.some(({ reach }) => reach === 'behind')
      const restored = isSplit && text !== undefined ? restoredSince(doc, text, began) : null
      if (restored !== null && total(restored) !== total(ofCell.flatMap(({ runs }) => runs))) continue
      for (const copy of ofCell) {
        const originals = originalsOf(copy, restored)
        const back = { from: copy.to, to: from, reach: isSplit ? 'around' : 'within' } as const
        const key = recordRuns(doc, back, copiesIn(copy), originals)
        const [added] = new Copies(doc, [key]).all
        const old = isSplit ? writtenBy(stateOf(doc)) : carried(doc, from, copy.to)
        if (added) carryFrom(doc, copy.to, [{ ...added, reach: isSplit ? 'around' : 'behind' }], old)
      }
    }
  }, carryOrigin)

export const afterRedo = (doc: Y.Doc, copies: readonly Copy[]): void =>
  doc.transact(() => {
    for (const copy of copies) {
      const { from, to, reach } = copy
      const own = copiesIn(copy)
      const undone = new Copies(doc).bySource
        .get(to)
        ?.findLast(
          (each) => each.to === from && each.runs.some((run) => own.some((copied) => has(copied, run))),
        )
      if (undone === undefined) continue
      const key = recordRuns(doc, { from, to, reach }, copiesIn(undone), undone.runs)
      const again = new Copies(doc, [key]).all.map((each) => ({ ...each, reach: 'around' as const }))
      carryFrom(doc, from, again, carried(doc, to, from))
    }
  }, carryOrigin)
