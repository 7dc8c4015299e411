// Asks the relay for a suggestion at a caret. It enters the document only when accepted.
import { routes } from '../../shared/api/routes.ts'
import { choiceFor } from '../../shared/notebook/model-choice.ts'
import type { CellId } from '../../shared/notebook/notebook.ts'
import { cellSource, readHead, readNotebookMeta, visibleCells } from '../../shared/notebook/document/read.ts'
import { wholeText } from '../../shared/notebook/thread.ts'
import type { Suggest } from '../editor/suggestion.ts'
import { ask } from './ask.ts'
import type { OpenNotebook } from './open.ts'

/** UTF-16 units sent of the text on each side of the caret, and of the cells above. */
const [maxBefore, maxAfter, maxAbove] = [6_000, 1_500, 6_000]

const end = (text: string, max: number): string => wholeText(text.slice(-max), max)

/** The end of the cells above that the model may see. */
const above = (notebook: OpenNotebook, cell: CellId): string => {
  const { doc } = notebook
  const cells = visibleCells(doc)
  let text = ''
  for (const id of cells.slice(0, cells.indexOf(cell)).toReversed()) {
    if (text.length >= maxAbove) break
    if (readHead(doc, id)?.meta['skipped'] !== true)
      text = `${cellSource(doc, id)?.toString() ?? ''}\n\n${text}`
  }
  return end(text, maxAbove)
}

/** The last announced reason, which is not repeated at each pause. */
let lastReason = ''

/** `announce` is called with the reason if there is no suggestion. */
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
      before: end(before, maxBefore),
      after: wholeText(after, maxAfter),
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
