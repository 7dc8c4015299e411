// Marks a found passage; the mark moves with the text.
import { StateEffect, StateField } from '@codemirror/state'
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view'

interface Passage {
  readonly from: number
  readonly to: number
}

const setFound = StateEffect.define<Passage | null>()
const mark = Decoration.mark({ class: 'nb-found' })

export const foundMark = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update: (before, { changes, effects }) => {
    let marks = before.map(changes)
    for (const effect of effects)
      if (effect.is(setFound))
        marks =
          effect.value === null || effect.value.from === effect.value.to
            ? Decoration.none
            : Decoration.set(mark.range(effect.value.from, effect.value.to))
    return marks
  },
  provide: (field) => EditorView.decorations.from(field),
})

/** Selects and marks it, and scrolls to it; null takes the mark away. The focus stays where it is. */
export const markFound = (view: EditorView, passage: Passage | null): void => {
  if (passage === null) return view.dispatch({ effects: setFound.of(null) })
  const { length } = view.state.doc
  const [from, to] = [Math.min(passage.from, length), Math.min(passage.to, length)]
  view.dispatch({
    selection: { anchor: from, head: to },
    effects: [setFound.of({ from, to }), EditorView.scrollIntoView(from, { y: 'nearest', yMargin: 80 })],
  })
}
