// The position of a commented passage: Yjs positions, which follow every edit, and the selected text, by which it is found
// again in a file or in a new reply.
import * as Y from 'yjs'
import type { Leaf } from '../notebook.ts'
import { maxQuote, wholeText, type Passage } from '../thread.ts'
import { isRecord } from '../../record.ts'

export interface Anchor {
  readonly in: Passage['in']
  readonly quote: string
  readonly from: Y.RelativePosition | null
  readonly to: Y.RelativePosition | null
}

const isId = (value: unknown): boolean =>
  isRecord(value) &&
  [value['client'], value['clock']].every((part) => Number.isSafeInteger(part) && Number(part) >= 0)

/** Null if invalid; Yjs would throw. */
const readPosition = (value: unknown): Y.RelativePosition | null => {
  if (!isRecord(value)) return null
  const { item, type } = value
  if ((item != null && !isId(item)) || (type != null && !isId(type)) || (item == null && type == null))
    return null
  return Y.createRelativePositionFromJSON({
    item,
    type,
    assoc: value['assoc'] === -1 ? -1 : 0,
  })
}

export const readAnchor = (value: Readonly<Record<string, unknown>>): Anchor | null => {
  const { quote, from, to } = value
  if ((value['in'] !== 'source' && value['in'] !== 'reply') || typeof quote !== 'string') return null
  return {
    in: value['in'],
    quote: wholeText(quote, maxQuote),
    from: readPosition(from),
    to: readPosition(to),
  }
}

const offset = (doc: Y.Doc, text: Y.Text, position: Y.RelativePosition | null): number | null => {
  if (position === null) return null
  const found = Y.createAbsolutePositionFromRelativePosition(position, doc, false)
  return found !== null && found.type === text ? found.index : null
}

/** The occurrence of the quote closest to `near`. */
const findQuote = (text: string, quote: string, near: number, length: number): Passage['place'] => {
  if (quote === '') return null
  let best: number | null = null
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (best !== null && Math.abs(at - near) >= Math.abs(best - near)) break
    best = at
  }
  return best === null
    ? null
    : { from: best, to: Math.min(text.length, best + Math.max(length, quote.length)) }
}

/** By its positions; null if its text is not there any more. */
export const placeOfPassage = (doc: Y.Doc, text: Y.Text, anchor: Anchor): Passage['place'] => {
  const [from, to] = [offset(doc, text, anchor.from), offset(doc, text, anchor.to)]
  return from !== null && to !== null && from < to ? { from, to } : null
}

export const findPassage = (doc: Y.Doc, text: Y.Text, anchor: Anchor): Passage['place'] => {
  const near = offset(doc, text, anchor.from) ?? offset(doc, text, anchor.to) ?? 0
  return (
    placeOfPassage(doc, text, anchor) ?? findQuote(text.toString(), anchor.quote, near, anchor.quote.length)
  )
}

/** The passage as stored in the document. `place` refers to the current text. */
export const anchorLeaf = (text: Y.Text | undefined, passage: Passage): { readonly [key: string]: Leaf } => {
  const { quote, place } = passage
  const unplaced = { in: passage.in, quote }
  if (text === undefined) return unplaced
  const now = text.toString()
  const length = place === null ? 0 : place.to - place.from
  const isThere =
    place !== null && place.to <= now.length && wholeText(now.slice(place.from), quote.length) === quote
  const found = isThere && length > 0 ? place : findQuote(now, quote, place?.from ?? 0, length)
  if (found === null) return unplaced
  // Yjs positions are class instances, but a leaf is plain JSON.
  const position = (at: number, assoc: number): Leaf =>
    JSON.parse(
      JSON.stringify(Y.relativePositionToJSON(Y.createRelativePositionFromTypeIndex(text, at, assoc))),
    ) as Leaf
  return { ...unplaced, from: position(found.from, 0), to: position(found.to, -1) }
}

/** The passage of a selection. */
export const passageAt = (where: Passage['in'], text: string, from: number, to: number): Passage => ({
  in: where,
  quote: wholeText(text.slice(from, to), maxQuote),
  place: { from, to },
})
