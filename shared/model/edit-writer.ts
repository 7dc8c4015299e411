// Writes the answer to an edit request, and at its end makes or proposes the change.
import type * as Y from 'yjs'
import { answeredText, replacedIn } from '../context/answered-text.ts'
import type { WantedEdit } from '../context/edit.ts'
import { AnswerWriter, type AnswerSetup } from '../notebook/document/answer.ts'
import type { Outcome } from '../notebook/document/operations.ts'
import { isCodeKind } from '../notebook/cell-kinds/kinds.ts'
import { cellSource, readHead } from '../notebook/document/read.ts'
import { reviseSource } from '../notebook/document/review.ts'
import type { LiveThread } from '../notebook/document/threads.ts'
import { applyEdits } from '../notebook/merge/text-edits.ts'
import { mergeText } from '../notebook/merge/merge-text.ts'
import type { CellId, RunStatus } from '../notebook/notebook.ts'
import { byOf } from '../notebook/person.ts'

/** The passage to edit; null if it is gone. */
const placeIn = (
  source: string,
  { passage }: LiveThread,
): { readonly from: number; readonly to: number } | null =>
  passage === null ? { from: 0, to: source.length } : passage.place

export class EditWriter extends AnswerWriter {
  /** The edit to request; null if its text is gone. */
  readonly wanted: WantedEdit | null
  private readonly revise: (text: string) => Outcome
  private answered = ''

  constructor(doc: Y.Doc, cell: CellId, thread: LiveThread, setup: AnswerSetup) {
    super(doc, setup)
    const { question, at } = setup
    // The source as the model sees it: people may continue typing.
    const base = cellSource(doc, cell)?.toString() ?? ''
    const place = placeIn(base, thread)
    const kind = readHead(doc, cell)?.kind ?? ''
    const replaced = replacedIn(base, place, isCodeKind(kind))
    const { text } = replaced
    this.wanted =
      place === null ? null : { cell, text, whole: text.length === base.length, request: question.text }
    this.revise = (answer) => {
      const theirs = base.slice(0, place?.from) + answeredText(answer, replaced) + base.slice(place?.to)
      const now = cellSource(doc, cell)?.toString() ?? ''
      const source = applyEdits(now, mergeText(base, now, theirs).edits)
      return reviseSource(doc, cell, source, { ...byOf(question), by: this.by, group: thread.id, at })
    }
  }

  override appendReply(piece: string): void {
    this.answered += piece
    super.appendReply(piece)
  }

  /** A truncated or refused answer changes nothing. */
  override finish(status: Exclude<RunStatus, 'running'>): void {
    if (status === 'done' && !this.lost && this.answered.trim() !== '') this.revise(this.answered)
    super.finish(status)
  }
}
