// Shows the carets of others in a mounted editor and publishes this person's. Replaces the remote selections of
// y-codemirror.next, which update every editor for every caret move, never remove a blurred caret, and insert a peer's
// colour into a style unchecked.
import { StateEffect, StateField, type Extension, type Range } from '@codemirror/state'
import { Decoration, EditorView, ViewPlugin, WidgetType, type DecorationSet } from '@codemirror/view'
import type * as Y from 'yjs'
import { ySyncFacet } from 'y-codemirror.next'
import { caretElement } from './caret-element.ts'
import type { Caret, Carets } from './carets.ts'
import { HeldConfig, released } from './sync.ts'

class CaretWidget extends WidgetType {
  readonly caret: Caret

  constructor(caret: Caret) {
    super()
    this.caret = caret
  }

  override eq(other: CaretWidget): boolean {
    return (
      other.caret.client === this.caret.client &&
      other.caret.name === this.caret.name &&
      other.caret.color === this.caret.color
    )
  }

  override toDOM(): HTMLElement {
    return caretElement(this.caret)
  }

  override ignoreEvent(): boolean {
    return true
  }
}

const setCarets = StateEffect.define<readonly Caret[]>()

const marks = (carets: readonly Caret[], length: number): DecorationSet => {
  const ranges: Range<Decoration>[] = []
  for (const caret of carets) {
    const [anchor, head] = [Math.min(caret.anchor, length), Math.min(caret.head, length)]
    const selection = Decoration.mark({
      class: 'nb-caret-selection',
      attributes: { style: `--caret: ${caret.color}` },
    })
    if (anchor !== head) ranges.push(selection.range(Math.min(anchor, head), Math.max(anchor, head)))
    ranges.push(
      Decoration.widget({ widget: new CaretWidget(caret), side: head < anchor ? 1 : -1 }).range(head),
    )
  }
  return Decoration.set(ranges, true)
}

const field = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setCarets)) next = marks(effect.value, transaction.newDoc.length)
    return next
  },
  provide: (self) => EditorView.decorations.from(self),
})

/** Editor and text positions agree unless remote changes are held back. */
const held = (view: EditorView): HeldConfig | null => {
  const config = view.state.facet(ySyncFacet)
  return config instanceof HeldConfig ? config : null
}
const toText = (view: EditorView, position: number): number => held(view)?.toText(position) ?? position
const toEditor = (view: EditorView, caret: Caret): Caret => {
  const { anchor, head } = caret
  const config = held(view)
  return config === null ? caret : { ...caret, anchor: config.toEditor(anchor), head: config.toEditor(head) }
}

/** Publishes the caret of the focused editor. */
const publish = (view: EditorView, text: Y.Text, carets: Carets): void => {
  const { main } = view.state.selection
  const [anchor, head] = [toText(view, main.anchor), toText(view, main.head)]
  if (view.hasFocus && head <= text.length && anchor <= text.length) carets.publish(text, anchor, head)
}

export const caretMarks = (text: Y.Text, carets: Carets): Extension => [
  field,
  ViewPlugin.define((view) => {
    const show = (found: readonly Caret[]): void =>
      view.dispatch({ effects: setCarets.of(found.map((caret) => toEditor(view, caret))) })
    const stop = carets.on(text, show)
    // A plugin must not dispatch while its view is being created.
    let alive = true
    const showSoon = (): void =>
      queueMicrotask(() => {
        if (alive && carets.in(text).length > 0) show(carets.in(text))
      })
    showSoon()
    return {
      update(update) {
        if (update.transactions.some((transaction) => transaction.annotation(released) === true)) showSoon()
        if (!update.view.hasFocus || !(update.selectionSet || update.docChanged)) return
        // The Y.Text follows the same transaction after this plugin: its positions are valid one microtask later.
        queueMicrotask(() => {
          if (alive) publish(view, text, carets)
        })
      },
      destroy() {
        alive = false
        stop()
        carets.withdraw(text)
      },
    }
  }),
  // From DOM events, because the editor's own focus update is late, and missing if the focus returns by then.
  EditorView.domEventHandlers({
    focus: (_, view) => {
      publish(view, text, carets)
      return false
    },
    blur: () => {
      carets.withdraw(text)
      return false
    },
  }),
]
