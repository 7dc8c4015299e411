// Where the subject of a thread is now: in its own cell, or where a split or merge has put its text.
import type * as Y from 'yjs'
import type { CellId } from '../notebook.ts'
import { maxQuote, wholeText, type Passage } from '../thread.ts'
import { Copies, copiesOf, isAllCopied } from './copies.ts'
import { cellMap, resultMap, textOf } from './layout.ts'
import { findPassage, placeOfPassage, type Anchor } from './passage.ts'

export const textIn = (doc: Y.Doc, cell: CellId, where: Passage['in']): Y.Text | undefined => {
  const map = cellMap(doc, cell)
  const holder = map === undefined || where === 'source' ? map : resultMap(map)
  return holder === undefined ? undefined : textOf(holder, where)
}

export interface ThreadPlace {
  readonly cell: CellId | null
  readonly passage: Passage | null
}

/** For one state of the document. */
export class ThreadPlaces {
  private read: Copies | null = null

  constructor(private readonly doc: Y.Doc) {}

  private get copies(): Copies | null {
    if (copiesOf(this.doc).size === 0) return null
    return (this.read ??= new Copies(this.doc))
  }

  of(cell: CellId, anchor: Anchor | null): ThreadPlace {
    const isGone = Boolean(cellMap(this.doc, cell)?.get('deleted'))
    if (anchor === null) return { cell: isGone ? this.mergedInto(cell) : cell, passage: null }
    const text = textIn(this.doc, cell, anchor.in)
    const place = text === undefined ? null : placeOfPassage(this.doc, text, anchor)
    const mayHaveMoved = anchor.in === 'source' && (isGone || place === null)
    const moved = mayHaveMoved ? this.moved(cell, anchor) : null
    if (moved !== null) return moved
    const passage = this.passage(cell, anchor, place)
    const quoted = mayHaveMoved && (isGone || passage.place === null) ? this.quoted(cell, anchor) : null
    return quoted ?? { cell, passage }
  }

  /** Undo writes deleted text anew, where its positions do not lead: then the quote is looked for. */
  private quoted(cell: CellId, anchor: Anchor): ThreadPlace | null {
    for (const { to } of this.copies?.bySource.get(cell) ?? []) {
      if (cellMap(this.doc, to)?.get('deleted')) continue
      const passage = this.passage(to, anchor, null)
      if (passage.place !== null) return { cell: to, passage }
    }
    return null
  }

  private mergedInto(cell: CellId): CellId {
    const { copies, doc } = this
    const [first] = copies !== null && isAllCopied(doc, cell, copies) ? copies.from(cell) : []
    return (first && copies?.placeOf(cell, { ...first, side: 'before' })?.cell) ?? cell
  }

  private moved(cell: CellId, anchor: Anchor): ThreadPlace | null {
    const [first, last] = [anchor.from?.item, anchor.to?.item]
    if (!first || !last) return null
    const from =
      this.copies?.placeOf(cell, { client: first.client, clock: first.clock, side: 'before' }) ?? null
    const to = this.copies?.placeOf(cell, { client: last.client, clock: last.clock, side: 'behind' }) ?? null
    if (from === null || from.cell !== to?.cell) return null
    const place = from.at < to.at ? { from: from.at, to: to.at } : null
    return { cell: from.cell, passage: this.passage(from.cell, anchor, place) }
  }

  /** The quote is the current text of the passage, or the original text if the passage was deleted. */
  private passage(cell: CellId, anchor: Anchor, known: Passage['place']): Passage {
    const text = textIn(this.doc, cell, anchor.in)
    const place = known ?? (text === undefined ? null : findPassage(this.doc, text, anchor))
    const now = place === null ? null : text?.toString().slice(place.from, place.to)
    return { in: anchor.in, quote: now == null ? anchor.quote : wholeText(now, maxQuote), place }
  }
}
