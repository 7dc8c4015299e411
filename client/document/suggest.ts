// Asks the relay for the text that a model would put at a caret. The text is in the document only when it is accepted.
import { routes } from '../../shared/api/routes.ts'
import { choiceFor } from '../../shared/notebook/model-choice.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, readNotebookMeta, visibleCells } from '../../shared/notebook/document/read.ts'
import { wholeText } from '../../shared/notebook/thread.ts'
import type { Suggest } from '../editor/suggestion.ts'
import { ask } from './ask.ts'
import type { OpenNotebook } from './open.ts'

/** UTF-16 units sent of the text on each side of the caret, and of the cells above. */
const [mostBefore, mostAfter, mostAbove] = [6_000, 1_500, 6_000]

const end = (text: string, most: number): string => wholeText(text.slice(-most), most)

/** What the model may see of the cells above, the nearest first to be taken. */
const above = (notebook: OpenNotebook, cell: CellId): string => {
  const { doc } = notebook
  const cells = visibleCells(doc)
  let text = ''
  for (const id of cells.slice(0, cells.indexOf(cell)).toReversed()) {
    if (text.length >= mostAbove) break
    if (readHead(doc, id)?.meta['skipped'] !== true)
      text = `${cellSource(doc, id)?.toString() ?? ''}\n\n${text}`
  }
  return end(text, mostAbove)
}

/** Said last: not again at each pause. */
let lastReason = ''

/** `announce` gets the reason why there is none. */
export const suggestFor =
  (notebook: OpenNotebook, cell: CellId, person: () => string, announce: (reason: string) => void): Suggest =>
  async ({ before, after, not }, signal) => {
    const head = readHead(notebook.doc, cell)
    if ((head?.kind !== 'code' && head?.kind !== 'note') || head.meta['skipped'] === true) return ''
    if (!notebook.connected) return ''
    const body = {
      person: person(),
      model: choiceFor(readNotebookMeta(notebook.doc), {}).model,
      kind: head.kind,
      above: above(notebook, cell),
      before: end(before, mostBefore),
      after: wholeText(after, mostAfter),
      not: not.slice(-10),
    } as const
    try {
      const answer = await ask(routes.suggest, notebook.path, body, { signal })
      if (answer.ok) lastReason = ''
      if (answer.ok) return answer.body.text
      if (answer.reason !== lastReason) announce(`No suggestion: ${answer.reason}`)
      lastReason = answer.reason
      return ''
    } catch (error) {
      if (signal.aborted) return ''
      throw error
    }
  }
