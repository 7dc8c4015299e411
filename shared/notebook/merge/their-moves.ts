// Another program that splits or merges cells removes lines from one cell of the file and adds them to another. That is
// recorded as a copy, as it is when a person does it: text that is written here at the same time goes with the lines,
// and lines that were also moved here are there once.
import * as Y from 'yjs'
import { linesOf } from '../lines.ts'
import type { Cell, CellId } from '../notebook.ts'
import { recordRuns, runsBetween, type Run } from '../document/copies.ts'
import { cellSource, visibleCells } from '../document/read.ts'
import type { FileRevision } from './file-revisions.ts'
import { lineHunks, wordEdits } from './text-edits.ts'

interface Move {
  readonly base: FileRevision
  readonly from: CellId
  readonly to: CellId
  readonly lines: readonly string[]
}

export const bare = (text: string): readonly string[] => linesOf(text).map((line) => line.replace(/\n$/, ''))

/** Text that is not just brackets and blanks, which are everywhere. */
export const isTelling = (lines: readonly string[]): boolean =>
  lines.some((line) => /[\p{L}\p{N}]{2}/u.test(line))

/** The index at which `all` has these lines, or -1. */
export const indexOf = (all: readonly string[], lines: readonly string[]): number =>
  all.findIndex((_, at) => lines.every((line, index) => all[at + index] === line))

export const startOf = (lines: readonly string[], line: number): number =>
  lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0)

interface Lines {
  readonly cell: CellId
  readonly lines: readonly string[]
}

/** The longest run of these lines, from the first on, that another cell has lost. */
const longestLost = (
  base: FileRevision,
  lines: readonly string[],
  to: CellId,
  lost: readonly Lines[],
): Move | null => {
  for (let count = lines.length; count > 0; count--) {
    const run = lines.slice(0, count)
    if (!isTelling(run)) return null
    const found = lost.find((each) => each.cell !== to && indexOf(each.lines, run) >= 0)
    if (found !== undefined) return { base, from: found.cell, to, lines: run }
  }
  return null
}

const movesSince = (base: FileRevision, cells: readonly Cell[]): readonly Move[] => {
  const theirs = new Map(cells.map((cell) => [cell.id, cell.source]))
  const changed = (was: string, is: string | undefined) =>
    was === is ? [] : lineHunks(was === '' ? '' : `${was}\n`, is === undefined ? '' : `${is}\n`)
  const lost = base.notebook.cells.flatMap(({ id, source }): Lines[] =>
    changed(source, theirs.get(id)).map(({ removed }) => ({ cell: id, lines: bare(removed) })),
  )
  if (lost.length === 0) return []
  return cells.flatMap(({ id, source }) =>
    changed(base.cell(id)?.source ?? '', source).flatMap(({ insert }): Move[] => {
      const [moves, gained] = [[] as Move[], bare(insert)]
      for (let at = 0; at < gained.length;) {
        const move = longestLost(base, gained.slice(at), id, lost)
        if (move !== null) moves.push(move)
        at += move?.lines.length ?? 1
      }
      return moves
    }),
  )
}

/** Characters of a move that are in one text, by their ids. */
interface Piece {
  readonly move: Move
  readonly cell: CellId
  /** In the text of the move. */
  readonly at: number
  readonly length: number
  readonly runs: readonly Run[]
}

/** What the cell that the program took the lines from still has of them, whatever was written in between. */
const keptPieces = (doc: Y.Doc, move: Move): readonly Piece[] => {
  const text = cellSource(doc, move.from)
  const was = move.base.cell(move.from)?.source ?? ''
  const line = indexOf(bare(was), move.lines)
  if (text === undefined || line < 0) return []
  const start = startOf(bare(was), line)
  const end = start + move.lines.join('\n').length
  const pieces: Piece[] = []
  let [at, shift] = [0, 0]
  const keep = (to: number): void => {
    const [from, until] = [Math.max(at, start), Math.min(to, end)]
    if (from < until)
      pieces.push({
        move,
        cell: move.from,
        at: from - start,
        length: until - from,
        runs: runsBetween(text, from + shift, until + shift),
      })
  }
  for (const edit of wordEdits(was, text.toString())) {
    keep(edit.at)
    at = edit.at + edit.remove
    shift += edit.insert.length - edit.remove
  }
  keep(was.length)
  return pieces
}

/** Lines that were moved here, too. */
const movedPieces = (doc: Y.Doc, move: Move, kept: readonly Piece[]): readonly Piece[] => {
  const others = visibleCells(doc)
    .filter((id) => id !== move.from && id !== move.to)
    .flatMap((cell) => {
      const text = cellSource(doc, cell)
      const now = text?.toString() ?? ''
      return text === undefined || now === move.base.cell(cell)?.source
        ? []
        : [{ cell, text, all: bare(now) }]
    })
  const pieces: Piece[] = []
  for (let line = 0; line < move.lines.length;) {
    let found: Piece | null = null
    const at = startOf(move.lines, line)
    const isKept = kept.some(
      (piece) => at < piece.at + piece.length && piece.at < at + (move.lines[line]?.length ?? 0),
    )
    for (let count = isKept ? 0 : move.lines.length - line; count > 0 && found === null; count--) {
      const lines = move.lines.slice(line, line + count)
      if (!isTelling(lines)) break
      const length = lines.join('\n').length
      for (const { cell, text, all } of others) {
        const from = startOf(all, indexOf(all, lines))
        if (indexOf(all, lines) < 0) continue
        found = { move, cell, at, length, runs: runsBetween(text, from, from + length) }
        line += count - 1
        break
      }
    }
    if (found !== null) pieces.push(found)
    line++
  }
  return pieces
}

export class TheirMoves {
  private readonly moves: readonly Move[]
  private readonly pieces: readonly Piece[]
  private readonly began: number

  /**
   * Before the edit is applied, by the client that is going to. `bases`: the revisions it may be based on, newest first;
   * the oldest of those with the fewest moves is used.
   */
  constructor(
    private readonly doc: Y.Doc,
    bases: readonly FileRevision[],
    cells: readonly Cell[],
  ) {
    let moves: readonly Move[] | null = null
    for (const base of bases) {
      const found = movesSince(base, cells)
      if (moves === null || found.length <= moves.length) moves = found
      if (moves.length === 0) break
    }
    this.moves = moves ?? []
    this.pieces = this.moves.flatMap((move) => {
      const kept = keptPieces(doc, move)
      return [...kept, ...movedPieces(doc, move, kept)]
    })
    this.began = Y.getState(doc.store, doc.clientID)
  }

  /** What the program has moved out of a cell. */
  from(cell: CellId): string {
    return this.moves.flatMap(({ from, lines }) => (from === cell ? lines : [])).join('\n')
  }

  /** After that, in the same transaction. */
  record(): void {
    for (const move of this.moves) {
      const text = cellSource(this.doc, move.to)
      const all = bare(text?.toString() ?? '')
      const length = move.lines.join('\n').length
      for (const line of text === undefined ? [] : all.keys()) {
        if (text === undefined || !move.lines.every((each, index) => all[line + index] === each)) continue
        const from = startOf(all, line)
        const isNew = runsBetween(text, from, from + length).every(
          ({ client, clock }) => client === this.doc.clientID && clock >= this.began,
        )
        if (!isNew) continue
        const pieces = this.pieces.filter((piece) => piece.move === move)
        for (const cell of new Set(pieces.map((piece) => piece.cell))) {
          const there = pieces.filter((piece) => piece.cell === cell)
          recordRuns(
            this.doc,
            { from: cell, to: move.to, reach: 'within' },
            there.flatMap(({ runs }) => runs),
            there.flatMap(({ at, length }) => runsBetween(text, from + at, from + at + length)),
          )
        }
        break
      }
    }
  }
}
