// Commented passages inside a mounted editor.
import { StateEffect, StateField, type Extension } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, type DecorationSet } from '@codemirror/view'
import type * as Y from 'yjs'
import { commentClass } from './comment-class.ts'
import type { CommentedSpan, Comments } from './comments.ts'

const setSpans = StateEffect.define<readonly CommentedSpan[]>()

const marks = (spans: readonly CommentedSpan[], length: number): DecorationSet =>
  Decoration.set(
    spans.flatMap(({ from, to, isChosen }) => {
      const end = Math.min(to, length)
      return from < end ? [Decoration.mark({ class: commentClass(isChosen) }).range(from, end)] : []
    }),
    true,
  )

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setSpans)) next = marks(effect.value, transaction.newDoc.length)
    return next
  },
  provide: (self) => EditorView.decorations.from(self),
})

export const commentMarks = (text: Y.Text, comments: Pick<Comments, 'in' | 'on'>): Extension => [
  field,
  ViewPlugin.define((view) => {
    const show = (): void => view.dispatch({ effects: setSpans.of(comments.in(text)) })
    const stop = comments.on(text, show)
    // A plugin may not dispatch while its view is being made.
    let isAlive = true
    queueMicrotask(() => {
      if (isAlive && comments.in(text).length > 0) show()
    })
    return {
      destroy() {
        isAlive = false
        stop()
      },
    }
  }),
]
