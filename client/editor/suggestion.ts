// A text that a model suggests at the caret, shown faintly behind it until it is accepted, typed over or left.
import { completionStatus } from '@codemirror/autocomplete'
import { Facet, StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import {
  Decoration,
  EditorView,
  ViewPlugin,
  WidgetType,
  type Command,
  type PluginValue,
  type ViewUpdate,
} from '@codemirror/view'

export interface Place {
  readonly before: string
  readonly after: string
  /** Suggestions that are there already. */
  readonly not: readonly string[]
}

/** '' for none. Never rejects because of its signal. */
export type Suggest = (place: Place, signal: AbortSignal) => Promise<string>

/** Milliseconds without typing before a model is asked. */
const rest = 300

interface Suggested {
  readonly at: number
  readonly texts: readonly string[]
  readonly chosen: number
}

const set = StateEffect.define<Suggested | null>()

/** What is left of a suggestion when its beginning was typed; null for nothing. */
const typedInto = (
  { at, texts, chosen }: Suggested,
  before: EditorState,
  after: EditorState,
): Suggested | null => {
  const typed = after.sliceDoc(at, at + after.doc.length - before.doc.length)
  const text = texts[chosen] ?? ''
  const isRest =
    typed !== '' &&
    text.length > typed.length &&
    text.startsWith(typed) &&
    after.selection.main.head === at + typed.length &&
    after.sliceDoc(0, at) === before.sliceDoc(0, at) &&
    after.sliceDoc(at + typed.length) === before.sliceDoc(at)
  return isRest ? { at: at + typed.length, texts: [text.slice(typed.length)], chosen: 0 } : null
}

class Words extends WidgetType {
  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }

  override eq(other: Words): boolean {
    return other.text === this.text
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span')
    element.className = 'nb-suggestion'
    element.textContent = this.text
    return element
  }
}

const suggested = StateField.define<Suggested | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(set)) return effect.value
    if (value === null) return null
    if (transaction.docChanged) return typedInto(value, transaction.startState, transaction.state)
    return transaction.selection === undefined && completionStatus(transaction.state) !== 'active'
      ? value
      : null
  },
  provide: (self) =>
    EditorView.decorations.from(self, (value) =>
      value === null
        ? Decoration.none
        : Decoration.set(
            Decoration.widget({ widget: new Words(value.texts[value.chosen] ?? ''), side: 1 }).range(
              value.at,
            ),
          ),
    ),
})

const source = Facet.define<Suggest, Suggest | null>({ combine: ([suggest]) => suggest ?? null })

const shown = (state: EditorState): Suggested | null => state.field(suggested, false) ?? null

/** Somebody may be about to go on writing there. */
const isOpenTo = (view: EditorView): boolean => {
  const { state } = view
  const { main, ranges } = state.selection
  return (
    view.hasFocus &&
    !state.readOnly &&
    !view.composing &&
    !view.compositionStarted &&
    ranges.length === 1 &&
    main.empty &&
    completionStatus(state) !== 'active'
  )
}

class Asking implements PluginValue {
  private timer: ReturnType<typeof setTimeout> | undefined
  private controller: AbortController | null = null

  constructor(private readonly view: EditorView) {}

  update({ docChanged, selectionSet, focusChanged, transactions, state, view }: ViewUpdate): void {
    if (!docChanged && !selectionSet && !focusChanged) return
    this.cancel()
    if (!docChanged || shown(state) !== null || state.readOnly || !view.hasFocus) return
    const isTyped = transactions.some((each) => each.isUserEvent('input.type') || each.isUserEvent('delete'))
    if (isTyped) this.timer = setTimeout(() => void this.ask([]), rest)
  }

  /** Another one than these. */
  async ask(not: readonly string[]): Promise<void> {
    this.cancel()
    const { view } = this
    const { state } = view
    const suggest = state.facet(source)
    const at = state.selection.main.head
    if (suggest === null || !isOpenTo(view) || state.doc.toString().trim() === '') return
    const controller = (this.controller = new AbortController())
    const text = await suggest(
      { before: state.sliceDoc(0, at), after: state.sliceDoc(at), not },
      controller.signal,
    )
    if (controller.signal.aborted || text === '' || !isOpenTo(view)) return
    const texts = [...not, ...(not.includes(text) ? [] : [text])]
    view.dispatch({ effects: set.of({ at, texts, chosen: texts.indexOf(text) }) })
  }

  cancel(): void {
    clearTimeout(this.timer)
    this.controller?.abort()
    this.controller = null
  }

  destroy(): void {
    this.cancel()
  }
}

const asking = ViewPlugin.fromClass(Asking)

export const isSuggesting = (state: EditorState): boolean => shown(state) !== null

export const hideSuggestion: Command = (view) => {
  if (shown(view.state) === null) return false
  view.dispatch({ effects: set.of(null) })
  return true
}

export const acceptSuggestion: Command = (view) => {
  const value = shown(view.state)
  const text = value?.texts[value.chosen] ?? ''
  if (value === null || text === '') return false
  view.dispatch({
    changes: { from: value.at, insert: text },
    selection: { anchor: value.at + text.length },
    effects: set.of(null),
    userEvent: 'input.complete',
    scrollIntoView: true,
  })
  return true
}

/** Of those that came; behind the last one the model is asked for another. */
const alternative =
  (direction: 1 | -1): Command =>
  (view) => {
    const value = shown(view.state)
    if (value === null) return false
    const next = value.chosen + direction
    if (next >= value.texts.length) void view.plugin(asking)?.ask(value.texts)
    else
      view.dispatch({
        effects: set.of({ ...value, chosen: (next + value.texts.length) % value.texts.length }),
      })
    return true
  }

export const nextSuggestion = alternative(1)
export const previousSuggestion = alternative(-1)

export const askForSuggestion: Command = (view) => {
  const plugin = view.plugin(asking)
  if (plugin === null) return false
  hideSuggestion(view)
  void plugin.ask([])
  return true
}

export const suggests = (suggest: Suggest): Extension => source.of(suggest)

/** Without `suggests`, nothing is suggested. */
export const suggestions: Extension = [
  suggested,
  asking,
  EditorView.domEventHandlers({
    blur: (_, view) => {
      queueMicrotask(() => hideSuggestion(view))
      return false
    },
    compositionstart: (_, view) => {
      queueMicrotask(() => hideSuggestion(view))
      return false
    },
  }),
]
