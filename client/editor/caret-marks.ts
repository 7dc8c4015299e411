// Shows the carets of others in a mounted editor and publishes this person's. Replaces the remote selections of
// y-codemirror.next, which update every editor for every caret move, never remove a blurred caret, and insert a peer's
// colour into a style unchecked.
import { StateEffect, StateField, type Extension } from '@codemirror/state'
import {
  Decoration,
  EditorView,
  ViewPlugin,
  type DecorationSet,
  type PluginValue,
  type ViewUpdate,
} from '@codemirror/view'
import type * as Y from 'yjs'
import { ySyncFacet } from 'y-codemirror.next'
import { CaretMark } from './caret-mark.ts'
import type { Caret, Carets } from './carets.ts'
import { HeldConfig, released } from './sync.ts'

const setSelections = StateEffect.define<readonly Caret[]>()

const selectionMarks = (carets: readonly Caret[], length: number): DecorationSet =>
  Decoration.set(
    carets.flatMap(({ anchor, head, color }) => {
      const [from, to] = [Math.min(anchor, head), Math.min(Math.max(anchor, head), length)]
      const mark = Decoration.mark({
        class: 'nb-caret-selection',
        attributes: { style: `--caret: ${color}` },
      })
      return from < to ? [mark.range(from, to)] : []
    }),
    true,
  )

const selections = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(value, transaction) {
    let next = value.map(transaction.changes)
    for (const effect of transaction.effects)
      if (effect.is(setSelections)) next = selectionMarks(effect.value, transaction.newDoc.length)
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

interface Placed {
  readonly caret: Caret
  readonly x: number
  readonly y: number
}

/** Over the text: inside it, the line would be laid out again for each move. */
class CaretMarks implements PluginValue {
  private readonly layer = document.createElement('div')
  /** By all that a mark shows. */
  private shown = new Map<string, CaretMark>()
  private alive = true
  private readonly stop: () => void
  private readonly placing = {
    read: () => this.read(),
    write: (placed: readonly Placed[]) => this.write(placed),
  }

  constructor(
    private readonly view: EditorView,
    private readonly text: Y.Text,
    private readonly carets: Carets,
  ) {
    this.layer.className = 'nb-carets'
    view.scrollDOM.append(this.layer)
    this.stop = carets.on(text, () => this.show())
    this.showSoon()
  }

  private show(): void {
    const found = this.carets.in(this.text)
    const isSelection = ({ anchor, head }: Caret): boolean => anchor !== head
    if (found.some(isSelection) || this.view.state.field(selections).size > 0)
      this.view.dispatch({ effects: setSelections.of(found.map((caret) => toEditor(this.view, caret))) })
    this.place()
  }

  /** A plugin must not dispatch while its view is created or updated. */
  private showSoon(): void {
    queueMicrotask(() => {
      if (this.alive) this.show()
    })
  }

  private place(): void {
    if (this.shown.size > 0 || this.carets.in(this.text).length > 0) this.view.requestMeasure(this.placing)
  }

  /** Those in the part that is rendered. */
  private read(): readonly Placed[] {
    const { view, layer } = this
    const { left, top } = layer.getBoundingClientRect()
    return this.carets.in(this.text).flatMap((caret) => {
      const { anchor, head } = toEditor(view, caret)
      const at = view.coordsAtPos(Math.min(head, view.state.doc.length), head < anchor ? 1 : -1)
      if (at === null) return []
      return [{ caret, x: (at.left - left) / view.scaleX, y: (at.bottom - top) / view.scaleY }]
    })
  }

  private write(placed: readonly Placed[]): void {
    const before = this.shown
    this.shown = new Map()
    for (const { caret, x, y } of placed) {
      const key = JSON.stringify([caret.client, caret.color, caret.name])
      const mark = before.get(key) ?? new CaretMark(caret)
      if (!before.delete(key)) this.layer.append(mark.element)
      mark.moveTo(x, y)
      this.shown.set(key, mark)
    }
    for (const { element } of before.values()) element.remove()
  }

  update(update: ViewUpdate): void {
    if (update.geometryChanged) this.place()
    if (update.transactions.some((transaction) => transaction.annotation(released) === true)) this.showSoon()
    if (!this.view.hasFocus || !(update.selectionSet || update.docChanged)) return
    // The Y.Text follows the same transaction after this plugin: its positions are valid one microtask later.
    queueMicrotask(() => {
      if (this.alive) publish(this.view, this.text, this.carets)
    })
  }

  docViewUpdate(): void {
    this.place()
  }

  destroy(): void {
    this.alive = false
    this.stop()
    this.layer.remove()
    this.carets.withdraw(this.text)
  }
}

export const caretMarks = (text: Y.Text, carets: Carets): Extension => [
  selections,
  ViewPlugin.define((view) => new CaretMarks(view, text, carets)),
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
