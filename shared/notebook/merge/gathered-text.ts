// A split or merge of cells moves text into another cell. Another program that has read the file before still has it in
// one piece, in the old cell: its edit is merged with that piece as it would be without the move, and then applied to
// each part where it is now.
import type * as Y from 'yjs'
import { linesOf } from '../lines.ts'
import { bare, indexOf, isTelling, startOf } from './their-moves.ts'
import { writersOf } from '../document/writer.ts'
import { editText, lineHunks, type TextEdit } from './text-edits.ts'

/** Another cell of the document. */
export interface OtherText {
  readonly text: Y.Text
  /** Its text in the base; '' if it was not there. */
  readonly had: string
}

interface Place {
  readonly text: Y.Text
  readonly from: number
  readonly to: number
}

/** Null: a line break between parts, which is in no cell. */
type Part = Place | null

interface Other extends OtherText {
  readonly now: string
  readonly lines: readonly string[]
  readonly before: readonly string[]
}

/** The longest run of lines from the first one on that moved into one of the cells. */
const findRun = (
  lines: readonly string[],
  others: readonly Other[],
): { readonly other: Other; readonly at: number; readonly count: number } | null => {
  for (let count = lines.length; count > 0; count--) {
    const run = lines.slice(0, count)
    if (!isTelling(run)) return null
    for (const other of others) {
      const at = indexOf(other.lines, run)
      if (at >= 0 && indexOf(other.before, run) < 0) return { other, at, count }
    }
  }
  return null
}

/** Where the removed lines are now, in their order. */
const findMoved = (removed: readonly string[], others: readonly Other[]): readonly Place[] => {
  const places: (Place & { readonly other: Other })[] = []
  for (let at = 0; at < removed.length;) {
    const run = findRun(removed.slice(at), others)
    if (run === null) {
      at++
      continue
    }
    const { other } = run
    const from = startOf(other.lines, run.at)
    const to = from + removed.slice(at, at + run.count).join('\n').length
    const last = places.at(-1)
    // What lies in between was written there since.
    if (last?.other === other && last.to <= from) places[places.length - 1] = { ...last, to }
    else places.push({ other, text: other.text, from, to })
    at += run.count
  }
  // A cell that came since has nothing else.
  return places.map((place) =>
    place.other.had === '' ? { text: place.text, from: 0, to: place.other.now.length } : place,
  )
}

export class GatheredText {
  private constructor(private readonly parts: readonly Part[]) {}

  /** Just one text, whole. */
  static of(text: Y.Text): GatheredText {
    return new GatheredText([{ text, from: 0, to: text.length }])
  }

  /**
   * `own`: the text of the cell; null if it was deleted. `was`: its text in the base. Null if nothing of it is in other
   * cells now.
   */
  static find(own: Y.Text | null, was: string, others: () => readonly OtherText[]): GatheredText | null {
    const ours = own?.toString() ?? ''
    if (ours === was) return null
    // With line breaks at the ends, so that the last line is one like the others.
    const hunks = lineHunks(`${was}\n`, own === null ? '' : `${ours}\n`)
    if (!hunks.some(({ removed }) => isTelling([removed]))) return null
    const changed = others().flatMap(({ text, had }): Other[] => {
      const now = text.toString()
      return now === had ? [] : [{ text, had, now, lines: bare(now), before: bare(had) }]
    })
    const parts: Part[] = []
    const add = (place: Place): void => {
      const before = parts.at(-1)
      if (place.from >= place.to) return
      if (before && !before.text.toString().slice(before.from, before.to).endsWith('\n')) parts.push(null)
      parts.push(place)
    }
    let isMoved = false
    let [at, line] = [0, 0]
    const wasLines = linesOf(`${was}\n`)
    const keep = (units: number): void => {
      if (own !== null) add({ text: own, from: at, to: Math.min(at + units, ours.length) })
      at += units
    }
    for (const hunk of hunks) {
      keep(wasLines.slice(line, hunk.from).join('').length + hunk.insert.length)
      line = hunk.to
      const moved = findMoved(bare(hunk.removed), changed)
      if (moved.length > 0) isMoved = true
      for (const place of moved) add(place)
    }
    keep(Math.max(0, ours.length - at))
    return isMoved ? new GatheredText(parts) : null
  }

  toString(): string {
    return this.parts
      .map((part) => (part === null ? '\n' : part.text.toString().slice(part.from, part.to)))
      .join('')
  }

  /** The client of each UTF-16 unit. */
  writers(): readonly number[] {
    return this.parts.flatMap((part) =>
      part === null ? [0] : writersOf(part.text).slice(part.from, part.to),
    )
  }

  /** Call within a transaction. */
  edit(edits: readonly TextEdit[]): void {
    const byText = new Map<Y.Text, TextEdit[]>()
    for (const edit of edits) {
      let { insert } = edit
      let start = 0
      for (const [index, part] of this.parts.entries()) {
        const length = part === null ? 1 : part.to - part.from
        const [from, to] = [Math.max(edit.at, start), Math.min(edit.at + edit.remove, start + length)]
        // At a border it belongs to the later part, unless a line break lies between.
        const isHere =
          edit.at >= start && (edit.at < start + length || this.endsAt(index, edit.at, start + length))
        if (part !== null && (isHere || from < to)) {
          const own = byText.get(part.text) ?? []
          own.push({
            at: part.from + (isHere ? edit.at : from) - start,
            remove: Math.max(0, to - from),
            insert: isHere ? insert : '',
          })
          byText.set(part.text, own)
          if (isHere) insert = ''
        }
        start += length
      }
    }
    for (const [text, own] of byText)
      editText(
        text,
        own.toSorted((a, b) => a.at - b.at),
      )
  }

  private endsAt(index: number, at: number, end: number): boolean {
    const next = this.parts[index + 1]
    return at === end && (next === undefined || next === null)
  }
}
