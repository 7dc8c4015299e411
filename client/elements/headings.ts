// The heading a link in a note refers to: `#two-words`, by Jupyter's anchor rule or GitHub's. Or a cell, by its id (as in
// JupyterLab) or its number.
import type { CellId } from '../../shared/notebook/notebook.ts'
import { anchorPrefix } from '../../shared/markdown/html-tags.ts'
import { readHead } from '../../shared/notebook/document/read.ts'
import { viewOf } from '../cell-kinds/views.ts'
import type { NbCell } from './nb-cell.ts'

const plain = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_\s-]/gu, '')
    .replace(/\s+/g, '-')

const decoded = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment)
  } catch (error) {
    if (error instanceof URIError) return fragment
    throw error
  }
}

const headings = 'h1, h2, h3, h4, h5, h6'

/** What `\eqref` links to begins with it, as MathJax names it; the label follows. */
const formulaPrefix = 'mjx-eqn:'

const cellsHere = (selector = ''): readonly NbCell[] => [
  ...document.querySelectorAll<NbCell>(`nb-page[data-active] nb-notebook nb-cell${selector}`),
]

const linesOf = (cell: NbCell): readonly string[] =>
  viewOf(readHead(cell.context.notebook.doc, cell.cell)?.kind).rendered ? cell.editedText.split('\n') : []

const isHeading = (line: string, wanted: string): boolean => plain(line.replace(/^[\s#]+/, '')) === wanted

/** The note, not rendered yet, with this heading, anchor or label. */
const unrenderedWith = (hash: string, wanted: string): HTMLElement | null => {
  const name = decoded(hash.slice(1))
  const anchor = name.startsWith(formulaPrefix)
    ? `\\label{${name.slice(formulaPrefix.length)}}`
    : `id="${name}"`
  const isIt = (line: string): boolean => isHeading(line, wanted) || line.includes(anchor)
  return cellsHere('[data-unrendered]').find((cell) => linesOf(cell).some(isIt)) ?? null
}

/** Of headings with the same words, the second is `words-1`, the third `words-2`, as in JupyterLab and on GitHub. */
const repeatedHeading = (wanted: string): HTMLElement | null => {
  const [, words = '', nth] = /^(.+)-([1-9]\d?)$/.exec(wanted) ?? []
  if (nth === undefined) return null
  const found = cellsHere().flatMap((cell): readonly HTMLElement[] =>
    cell.matches('[data-unrendered]')
      ? linesOf(cell).flatMap((line) => (line.startsWith('#') && isHeading(line, words) ? [cell] : []))
      : [...cell.querySelectorAll<HTMLElement>(`nb-markdown :is(${headings})`)].filter(
          ({ textContent }) => plain(textContent) === words,
        ),
  )
  return found[Number(nth)] ?? null
}

/** `hash` begins with #; null if no note has such an anchor, heading or formula. */
const headingOf = (hash: string): HTMLElement | null => {
  const name = decoded(hash.slice(1))
  const wanted = plain(name)
  if (wanted === '') return null
  const id = name.startsWith(formulaPrefix) ? name : anchorPrefix + name
  const anchor = document.querySelector(`nb-page[data-active] nb-cell nb-markdown [id="${CSS.escape(id)}"]`)
  // A part of a drawn formula has no margins to scroll to.
  const place = anchor?.closest<HTMLElement>('.nb-math') ?? anchor
  if (place instanceof HTMLElement) return place
  const all = document.querySelectorAll<HTMLElement>(`nb-page[data-active] nb-markdown :is(${headings})`)
  const shown = [...all].find((heading) => plain(heading.textContent) === wanted)
  return shown ?? unrenderedWith(hash, wanted) ?? repeatedHeading(wanted)
}

/** The fragment of a link to a cell. */
export const cellHash = ({
  cell,
  position,
}: {
  readonly cell: string | null
  readonly position: number
}): string => (cell === null ? `#cell=${position}` : `#cell-id=${encodeURIComponent(cell)}`)

/** The cell of such a fragment; null without one. */
export const cellOfHash = (hash: string, cells: readonly CellId[]): CellId | null => {
  const [, id] = /^#cell-id=(.+)$/.exec(hash) ?? []
  const [, position] = /^#cell=(\d{1,6})$/.exec(hash) ?? []
  if (id !== undefined) return cells.find((cell) => cell === decoded(id)) ?? null
  return position === undefined ? null : (cells[Number(position) - 1] ?? null)
}

/** The element of a fragment's cell or heading; null if there is none. */
export const placeOf = (hash: string): HTMLElement | null => {
  if (!hash.startsWith('#cell')) return headingOf(hash)
  const cells = cellsHere()
  const found = cellOfHash(
    hash,
    cells.map(({ cell }) => cell),
  )
  return cells.find(({ cell }) => cell === found) ?? headingOf(hash)
}
