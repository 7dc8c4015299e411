// Pastes content that is not plain text: an image becomes an attachment of its note, HTML the text it shows. Content
// that cannot be pasted leaves the text alone and shows why; the editor would replace the selection with nothing.
import { toBase64 } from 'lib0/buffer'
import { rasterMimes } from '../../shared/markdown/image.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { readAttachment, readHead } from '../../shared/notebook/document/read.ts'
import { viewOf } from '../cell-kinds/views.ts'
import type { NotebookContext } from './context.ts'

export type PasteContext = Pick<NotebookContext, 'notebook' | 'showError'>

/** Maximum bytes of an image in a notebook file. */
const largest = 4 << 20

const blocks = 'p, div, h1, h2, h3, h4, h5, h6, li, tr, pre, blockquote, ul, ol, table'

/** The text of an HTML page, with each block on its own line. Nothing of it is loaded or run. */
const textOfHtml = (html: string): string => {
  const { body } = new DOMParser().parseFromString(html, 'text/html')
  for (const element of body.querySelectorAll('script, style, template')) element.remove()
  for (const cell of body.querySelectorAll('td + td, th + th, td + th, th + td')) cell.prepend('\t')
  for (const end of body.querySelectorAll('br')) end.replaceWith('\n')
  for (const block of body.querySelectorAll(blocks)) block.after('\n')
  return body.textContent
    .replace(/(?<![ \u00a0])[ \u00a0]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** `photo.png`, or `photo 2.png` if the name is taken. */
const freeName = ({ notebook }: PasteContext, cell: CellId, file: File): string => {
  const [, stem = 'image', ending = 'png'] = /^(.*)\.(\w+)$/s.exec(file.name) ?? []
  const plain = stem.replace(/[^\p{L}\p{N}_-]+/gu, '-')
  for (let nth = 1; ; nth++) {
    const name = `${plain}${nth === 1 ? '' : `-${nth}`}.${ending}`
    if (readAttachment(notebook.doc, cell, name) === null) return name
  }
}

/** `insert`: for the text that shows it. */
export const attach = async (
  context: PasteContext,
  cell: CellId,
  file: File,
  insert: (text: string) => void,
): Promise<void> => {
  const { doc, undo } = context.notebook
  if (file.size > largest) return context.showError('The image is larger than the limit of 4 MB.')
  const base64 = toBase64(new Uint8Array(await file.arrayBuffer()))
  undo.boundary()
  const name = freeName(context, cell, file)
  const outcome = apply(doc, { type: 'set-attachment', id: cell, name, value: { [file.type]: base64 } })
  if (outcome.ok) insert(`![${name}](attachment:${name})`)
  else context.showError(`The image could not be pasted: ${outcome.reason}.`)
}

/** Returns whether it was handled; `insert` replaces the selection. */
export const paste = (
  context: PasteContext,
  cell: CellId,
  data: DataTransfer,
  insert: (text: string) => void,
): boolean => {
  if (data.getData('text/plain') !== '' || data.getData('text/uri-list') !== '') return false
  const { showError: refuse, notebook } = context
  const image = [...data.files].find(({ type }) => rasterMimes.some((mime) => mime === type))
  if (image !== undefined) {
    if (!viewOf(readHead(notebook.doc, cell)?.kind).takesImages)
      refuse('Images can be pasted only into notes.')
    else void attach(context, cell, image, insert)
    return true
  }
  const text = textOfHtml(data.getData('text/html'))
  if (text === '') {
    refuse('The clipboard has nothing that can be pasted as text.')
    return true
  }
  notebook.undo.boundary()
  insert(text)
  return true
}
