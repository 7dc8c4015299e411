// Marks the line of an error in a mounted editor until the text changes.
import { StateEffect, StateField, type Extension, type Text } from '@codemirror/state'
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view'
import { errorClass, lineSpan } from './error-line.ts'

const setLine = StateEffect.define<number | null>()

const mark = (doc: Text, line: number | null): DecorationSet => {
  const span = line === null ? null : lineSpan(doc.toString(), line)
  return span === null
    ? Decoration.none
    : Decoration.set(Decoration.mark({ class: errorClass }).range(span.from, span.to))
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = transaction.docChanged ? Decoration.none : value
    for (const effect of transaction.effects)
      if (effect.is(setLine)) next = mark(transaction.newDoc, effect.value)
    return next
  },
  provide: (self) => EditorView.decorations.from(self),
})

export const errorMark: Extension = field

export const markErrorLine = (view: EditorView, line: number | null): void => {
  if (line !== null || view.state.field(field).size > 0) view.dispatch({ effects: setLine.of(line) })
}
