// Python completion: from live objects, or while the kernel is off or busy from the notebook's own code.
import {
  acceptCompletion,
  autocompletion,
  completionStatus,
  currentCompletions,
  selectedCompletionIndex,
  setSelectedCompletion,
  startCompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete'
import { indentMore } from '@codemirror/commands'
import { pythonLanguage } from '@codemirror/lang-python'
import { language, syntaxTree } from '@codemirror/language'
import type { EditorState, Extension } from '@codemirror/state'
import { EditorView, type Command } from '@codemirror/view'
import type { ReferenceSign } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import type { Insight } from '../kernel/insight.ts'
import { completeLink, linkBegun } from './link-completion.ts'
import { wordBefore } from './word.ts'

const keywords =
  'False None True and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield'.split(
    ' ',
  )

export const inPython = (state: EditorState): boolean => state.facet(language) === pythonLanguage

const inText = (state: EditorState, at: number): boolean =>
  /String|Comment/.test(syntaxTree(state).resolveInner(at, -1).name)

/** Names defined in the notebook's code. */
const namesHere = ({ state, pos }: CompletionContext, prefix: string, insight: Insight): Completion[] => {
  const start = pos - prefix.length
  if (prefix === '' || /^\p{N}/u.test(prefix) || inText(state, pos)) return []
  if (state.sliceDoc(Math.max(0, start - 1), start) === '.') return []
  const begun = (name: string): boolean =>
    name !== prefix && name.toLowerCase().startsWith(prefix.toLowerCase())
  return [
    ...keywords.filter(begun).map((label) => ({ label, type: 'keyword' })),
    ...[...insight.names()].filter(begun).map((label) => ({ label, type: 'variable' })),
  ]
}

type Signs = () => readonly ReferenceSign[]

/** The reference to the kernel that ends here, as in $`expr and &`[f, g; null outside of one. */
const referenceBefore = (
  { state, pos }: Pick<CompletionContext, 'state' | 'pos'>,
  signs: readonly ReferenceSign[],
): { readonly sign: ReferenceSign; readonly code: string } | null => {
  const line = state.doc.lineAt(pos)
  const [, found, text = ''] = /(?<![\\`])([$&])`([^`]*)$/.exec(state.sliceDoc(line.from, pos)) ?? []
  const sign = signs.find((known) => known === found)
  if (sign === undefined) return null
  return { sign, code: sign === '$' ? text : wordBefore(text) }
}

const complete =
  (insight: Insight, signs: Signs) =>
  async (context: CompletionContext): Promise<CompletionResult | null> => {
    const { state, pos, explicit, view } = context
    const isCode = inPython(state)
    const reference = isCode ? null : referenceBefore(context, signs())
    if (!isCode && reference === null) return null
    const before = reference?.code ?? state.sliceDoc(0, pos)
    if (!explicit && !/[\p{L}\p{N}_.%/[("']$/u.test(before.slice(-2))) return null
    const found = await insight.complete(before, explicit)
    // CodeMirror closes an open list on blur, but not one that opens after it.
    if (context.aborted || view?.hasFocus === false) return null
    const prefix = found?.prefix ?? wordBefore(before)
    const known = new Set(found?.options.map(([label]) => label))
    const options = [
      ...(found?.options ?? [])
        .filter(([, type]) => reference?.sign !== '&' || type === 'function' || type === 'class')
        .map(([label, type]) => ({ label, type, boost: 1 })),
      // In other texts only what is really there.
      ...(isCode ? namesHere(context, prefix, insight) : []).filter(
        ({ label }) => !known.has(label) && !known.has(`${label}=`),
      ),
    ]
    return {
      from: pos - prefix.length,
      options,
      // Only while the prefix grows: a shorter one has more options than were requested.
      validFor: (text) => text.startsWith(prefix) && /^[\p{L}\p{N}_]*$/u.test(text),
    }
  }

type Asked = 'list' | 'select' | 'accept'

/** Once the list that was asked for opens, its first option is selected, or if it is the only one accepted, or accepted. */
const asked = new WeakMap<EditorView, Asked>()

/** The list is open and being renewed, or the last input, such as `$`, only matters with a completion. */
const isListAwaited = ({ state, contentDOM }: EditorView): boolean => {
  if (completionStatus(state) !== 'pending') return false
  if (contentDOM.hasAttribute('aria-controls')) return true
  const { head: pos } = state.selection.main
  return !inPython(state) && (linkBegun(state, pos) || referenceBefore({ state, pos }, ['$', '&']) !== null)
}

/** Completes after a word; not at the start of a line or with a selection. */
export const completeWord: Command = (view) => {
  const { state } = view
  const { main, ranges } = state.selection
  const line = state.doc.lineAt(main.head)
  if (state.readOnly || ranges.length > 1 || !main.empty) return false
  if (isListAwaited(view)) {
    asked.set(view, 'accept')
    return true
  }
  if (!inPython(state)) return false
  if (!/\S/.test(line.text.slice(0, main.head - line.from))) return false
  asked.set(view, 'select')
  return startCompletion(view)
}

/** Opens the list, also one that opened while typing, with its first option selected. */
export const listCompletions: Command = (view) => {
  if (isListing(view.state)) {
    if (selectedCompletionIndex(view.state) === null) view.dispatch({ effects: setSelectedCompletion(0) })
    return true
  }
  asked.set(view, 'list')
  return startCompletion(view)
}

/** The arrow keys belong to the code while a list opens by itself; one of links was asked for by its brackets. */
export const moveInList =
  (move: Command): Command =>
  (view) =>
    (selectedCompletionIndex(view.state) !== null || !inPython(view.state)) && move(view)

/** Accepts the selected option, or else the first. */
export const takeCompletion: Command = (view) => {
  if (selectedCompletionIndex(view.state) === null) view.dispatch({ effects: setSelectedCompletion(0) })
  return acceptCompletion(view)
}

/** A single option is accepted at once. Whoever typed on in the meantime wants another list. */
const followAsked: Extension = EditorView.updateListener.of(({ state, transactions, view }) => {
  const then = asked.get(view)
  if (then === undefined) return
  const wentOn = transactions.some((one) =>
    ['input', 'delete', 'select'].some((event) => one.isUserEvent(event)),
  )
  if (then === 'accept' && (wentOn || !view.hasFocus)) asked.delete(view)
  else if (completionStatus(state) !== 'pending') {
    asked.delete(view)
    queueMicrotask(() => finish(view, then))
  }
})

const finish = (view: EditorView, then: Asked): void => {
  if (isListing(view.state)) {
    if (then === 'accept' && takeCompletion(view)) return
    view.dispatch({ effects: setSelectedCompletion(0) })
    if (then !== 'list' && currentCompletions(view.state).length === 1) acceptCompletion(view)
  }
  if (then === 'accept' && !inPython(view.state)) indentMore(view)
}

export const isListing = (state: EditorState): boolean => completionStatus(state) === 'active'

/** While typing nothing is selected, so that Enter inserts a line break and the arrow keys move the caret. */
export const completion = (insight: Insight, signs: Signs, here: () => string): Extension => [
  autocompletion({
    override: [complete(insight, signs), completeLink(here)],
    selectOnOpen: false,
    interactionDelay: 0,
    defaultKeymap: false,
  }),
  followAsked,
]
