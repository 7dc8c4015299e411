// Where a step of undo ends within a text, as in other editors: what is typed without a pause is one step, up to the end
// of its line or to where the caret is put elsewhere. A paste, a drop or a completion is one of its own.
import type { Extension, Transaction } from '@codemirror/state'
import { ViewPlugin, type PluginValue, type ViewUpdate } from '@codemirror/view'
import { ySyncAnnotation } from 'y-codemirror.next'
import type { Undo } from '../../shared/notebook/document/undo.ts'

/** What comes with more than its text, such as an image: the rest is in its step already. */
export const pasteWithMore = 'input.paste.more'

const isOneOf = (transaction: Transaction, ...events: readonly string[]): boolean =>
  events.some((event) => transaction.isUserEvent(event))

class UndoSteps implements PluginValue {
  /** The next change begins a step. */
  private isOver = false

  constructor(private readonly undo: Undo) {}

  update({ transactions }: ViewUpdate): void {
    for (const transaction of transactions) {
      if (transaction.annotation(ySyncAnnotation) !== undefined) continue
      if (!transaction.docChanged) this.isOver ||= transaction.isUserEvent('select')
      else this.change(transaction)
    }
  }

  private change(transaction: Transaction): void {
    const isTyping = isOneOf(transaction, 'input.type', 'delete')
    const belongs = transaction.isUserEvent(pasteWithMore)
    if (!belongs && (this.isOver || !isTyping)) this.undo.boundary()
    // Behind Enter typing goes on: it and its line are one step.
    this.isOver = isOneOf(transaction, 'input.paste', 'input.drop', 'input.complete', 'move')
  }
}

/** Comes before what writes into the shared text. */
export const undoSteps = (undo: Undo): Extension => ViewPlugin.define(() => new UndoSteps(undo))
