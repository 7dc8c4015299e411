// A notebook as slides: one begins at every note that begins with a heading.
import type { Doc } from 'yjs'
import type { CellId } from '../notebook.ts'
import { headingLevel } from './headings.ts'
import { cellSource, readHead, visibleCells } from './read.ts'

/** The cells of each slide; without any cell there is no slide. */
export const slidesOf = (doc: Doc): readonly (readonly CellId[])[] => {
  const slides: CellId[][] = []
  for (const id of visibleCells(doc)) {
    const kind = readHead(doc, id)?.kind
    const begins = kind !== undefined && headingLevel(kind, cellSource(doc, id)?.toString() ?? '') !== null
    const last = slides.at(-1)
    if (begins || last === undefined) slides.push([id])
    else last.push(id)
  }
  return slides
}
