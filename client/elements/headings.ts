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

/** What `\eqref` links to begins with it, as MathJax names it; the label follows. */
const formulaPrefix = 'mjx-eqn:'

/** The note, not rendered yet, with this heading, anchor or label. */
const unrenderedWith = (hash: string, wanted: string): HTMLElement | null => {
  const cells = document.querySelectorAll<NbCell>('nb-page[data-active] nb-notebook > nb-cell:empty')
  const name = decoded(hash.slice(1))
  const anchor = name.startsWith(formulaPrefix)
    ? `\\label{${name.slice(formulaPrefix.length)}}`
    : `id="${name}"`
  const isIt = (line: string): boolean =>
    plain(line.replace(/^[\s#]+/, '')) === wanted || line.includes(anchor)
  const isNote = ({ cell, context }: NbCell): boolean =>
    viewOf(readHead(context.notebook.doc, cell)?.kind).rendered
  return [...cells].find((cell) => isNote(cell) && cell.editedText.split('\n').some(isIt)) ?? null
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
  const headings = document.querySelectorAll<HTMLElement>(
    'nb-page[data-active] nb-markdown :is(h1, h2, h3, h4, h5, h6)',
  )
  const shown = [...headings].find((heading) => plain(heading.textContent) === wanted)
  return shown ?? unrenderedWith(hash, wanted)
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
  const cells = [
    ...document.querySelectorAll<HTMLElement & { cell: CellId }>(
      'nb-page[data-active] nb-notebook > nb-cell',
    ),
  ]
  const found = cellOfHash(
    hash,
    cells.map(({ cell }) => cell),
  )
  return cells.find(({ cell }) => cell === found) ?? headingOf(hash)
}
