// Documentation of a name in a tooltip: on Shift+Tab, and on hover. Plain text only.
import { Facet, StateEffect, StateField, type EditorState, type Extension } from '@codemirror/state'
import { EditorView, hoverTooltip, showTooltip, type Command, type Tooltip } from '@codemirror/view'
import type { Insight } from '../kernel/insight.ts'
import type { Hint } from '../kernel/answers.ts'
import { inPython } from './completion.ts'
import { wordBefore, wordAfter } from './word.ts'

/** Milliseconds of hover before Python is asked. */
const rest = 400

const setHint = StateEffect.define<Tooltip | null>()

/** The source of the documentation. */
const source = Facet.define<Insight, Insight | null>({ combine: ([insight]) => insight ?? null })

/** The tooltip requested by key; the next action in the text closes it. */
const requestedHint = StateField.define<Tooltip | null>({
  create: () => null,
  update(value, transaction) {
    for (const effect of transaction.effects) if (effect.is(setHint)) return effect.value
    return transaction.docChanged || transaction.selection !== undefined ? null : value
  },
  provide: (self) => showTooltip.from(self),
})

const box = (hint: Hint | string): HTMLElement => {
  const element = document.createElement('div')
  element.className = 'nb-hint'
  const add = (tag: 'code' | 'small' | 'pre' | 'p', text: string): void => {
    if (text === '') return
    const part = document.createElement(tag)
    part.textContent = text
    element.append(part)
  }
  if (typeof hint === 'string') add('p', hint)
  else {
    add('code', hint.title)
    add('small', hint.size)
    add('pre', hint.value)
    add('pre', hint.text)
  }
  return element
}

const tooltip = (from: number, to: number, hint: Hint | string, spoken: boolean): Tooltip => ({
  pos: from,
  end: to,
  above: true,
  // The page's scroll padding would leave a short editor no room for it.
  clip: false,
  create: () => {
    const dom = box(hint)
    if (spoken) dom.role = 'status'
    return { dom }
  },
})

/** The word at an offset, with its range. */
const wordAt = (view: EditorView, at: number): { from: number; to: number } => {
  const line = view.state.doc.lineAt(at)
  const column = at - line.from
  const [before, after] = [wordBefore(line.text.slice(0, column)), wordAfter(line.text.slice(column))]
  return { from: at - before.length, to: at + after.length }
}

const showHint = async (view: EditorView, insight: Insight, from: number, to: number): Promise<void> => {
  const { state } = view
  const hint = await insight.hint(state.sliceDoc(0, to), false)
  if (view.state.doc !== state.doc || !view.state.selection.eq(state.selection)) return
  const content = hint ?? insight.silence ?? 'No documentation found.'
  view.dispatch({ effects: setHint.of(tooltip(from, to, content, true)) })
}

/** Not at the start of a line, or with a selection. */
export const askHint: Command = (view) => {
  const { state } = view
  const { main, ranges } = state.selection
  const line = state.doc.lineAt(main.head)
  const insight = state.facet(source)
  if (insight === null || !inPython(state) || ranges.length > 1 || !main.empty) return false
  if (!/\S/.test(line.text.slice(0, main.head - line.from))) return false
  const { from, to } = wordAt(view, main.head)
  void showHint(view, insight, from, to)
  return true
}

/** A requested tooltip is open. */
export const isHinting = (state: EditorState): boolean => (state.field(requestedHint, false) ?? null) !== null

export const closeHint: Command = (view) => {
  if (!isHinting(view.state)) return false
  view.dispatch({ effects: setHint.of(null) })
  return true
}

export const hints = (insight: Insight): Extension => [
  source.of(insight),
  requestedHint,
  hoverTooltip(
    async (view, at) => {
      if (!inPython(view.state)) return null
      const { from, to } = wordAt(view, at)
      if (from === to) return null
      const hint = await insight.hint(view.state.sliceDoc(0, to), true)
      return hint === null ? null : tooltip(from, to, hint, false)
    },
    { hoverTime: rest, hideOnChange: true },
  ),
  EditorView.domEventHandlers({
    blur: (_, view) => {
      queueMicrotask(() => closeHint(view))
      return false
    },
  }),
]
