// The CodeMirror editor of one text, and everything else that needs CodeMirror: loaded after the page shows the notebook,
// see load.ts.
import { closeBracketsKeymap } from '@codemirror/autocomplete'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state'
import {
  crosshairCursor,
  drawSelection,
  EditorView,
  keymap,
  placeholder,
  rectangularSelection,
  tooltips,
} from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type * as Y from 'yjs'
import type { ReferenceSign } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import type { Undo } from '../../shared/notebook/document/undo.ts'
import type { Insight } from '../kernel/insight.ts'
import type { EditorOptions } from '../settings/settings.ts'
import { commentMarks } from '../comments/comment-marks.ts'
import type { Comments } from '../comments/comments.ts'
import { caretMarks } from './caret-marks.ts'
import type { Carets } from './carets.ts'
import { commandPress } from './command-press.ts'
import { watchCutOff, type CutOff } from './cut-off.ts'
import { completion, isListing } from './completion.ts'
import { arrowsLeave } from './edges.ts'
import { errorMark, markErrorLine } from './error-mark.ts'
import { foundMark, markFound } from './found-mark.ts'
import { hints } from './hint.ts'
import { languageSupport } from './language.ts'
import type { Language } from './colours.ts'
import { optionExtensions } from './options.ts'
import { suggests, type Suggest } from './suggestion.ts'
import { textSync } from './sync.ts'
import { editorKeys } from './text-commands.ts'
import { pasteWithMore, undoSteps } from './undo-steps.ts'

export { paste } from '../commands/paste.ts'
export { isLoaded, loadLanguage, spansOf } from './parsers.ts'
export { leavesText } from './edges.ts'
export { textCommands, placesIn } from './text-commands.ts'

export interface EditorSetup {
  readonly parent: HTMLElement
  readonly text: Y.Text
  readonly language: Language
  /** The accessible name, e.g. "Source of cell 3". */
  readonly label: string
  readonly hint: string
  readonly options: EditorOptions
  readonly writable: boolean
  readonly undo: Undo
  readonly carets: Carets
  readonly comments: Pick<Comments, 'in' | 'on'>
  readonly insight: Insight
  /** Suggests how the text continues, if the person wants that. */
  readonly suggest?: Suggest
  /** The path of its notebook. */
  readonly here: () => string
  /** Arrow keys at the first and last line move to the next cell. */
  readonly arrowsLeave: boolean
  /** By which signs the text refers to the kernel at present; none if absent. */
  readonly references?: () => readonly ReferenceSign[]
  /** The keys of commands, before the editor's own. True: handled. */
  readonly onKey: (event: KeyboardEvent, view: EditorView) => boolean
  readonly onFocus: () => void
  /** Others took away where the caret is. */
  readonly onCutOff?: (cut: CutOff) => void
  /** Pasted content, before the editor gets it; `insert` replaces the selection. True: handled. */
  readonly onPaste?: (data: DataTransfer, insert: (text: string) => void) => boolean
}

/**
 * Pixels covered at the window's edges, as given by the page's scroll padding. CodeMirror subtracts them from the
 * editor's own height when it places a completion list, and would find no room in a short editor.
 */
const underEdges = EditorView.scrollMargins.of(({ state }) => {
  if (isListing(state)) return null
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement)
  return { top: parseFloat(scrollPaddingTop) || 0, bottom: parseFloat(scrollPaddingBottom) || 0 }
})

const standardKeys: Extension = []
let vimKeys: Extension | null = null

/** An editor whose label and language can change without a rebuild. */
export class TextEditor {
  readonly view: EditorView
  private readonly name = new Compartment()
  private readonly language = new Compartment()
  private readonly options = new Compartment()
  private readonly keys = new Compartment()

  constructor(setup: EditorSetup) {
    this.view = new EditorView({
      parent: setup.parent,
      state: EditorState.create({ doc: setup.text.toString(), extensions: this.extensions(setup) }),
    })
    this.useBindings(setup.options)
  }

  private extensions(setup: EditorSetup): Extension {
    return [
      Prec.highest(
        EditorView.domEventHandlers({
          keydown(event, view) {
            const press = view.state.facet(commandPress)(event, view)
            return press !== null && setup.onKey(press, view)
          },
          paste: ({ clipboardData }, view) => {
            if (clipboardData === null || view.state.readOnly) return false
            const insert = (text: string): void =>
              view.dispatch(view.state.replaceSelection(text), {
                userEvent: pasteWithMore,
                scrollIntoView: true,
              })
            return setup.onPaste?.(clipboardData, insert) ?? false
          },
          focus: () => {
            setup.onFocus()
            return false
          },
        }),
      ),
      this.keys.of(standardKeys),
      this.name.of(nameAttributes(setup.label)),
      this.language.of(languageSupport(setup.language)),
      this.options.of(optionExtensions(setup.language, setup.options)),
      // Read-only, but focusable, so that others see the caret.
      EditorState.readOnly.of(!setup.writable),
      EditorState.allowMultipleSelections.of(true),
      drawSelection({ cursorBlinkRate: 1060 }),
      // With Alt, as in JupyterLab.
      rectangularSelection(),
      crosshairCursor(),
      indentOnInput(),
      bracketMatching(),
      completion(setup.insight, setup.references ?? (() => []), setup.here),
      hints(setup.insight),
      setup.suggest === undefined ? [] : suggests(setup.suggest),
      arrowsLeave.of(setup.arrowsLeave),
      errorMark,
      foundMark,
      // A cell clips what overflows it.
      tooltips({ parent: document.body }),
      underEdges,
      syntaxHighlighting(classHighlighter),
      setup.hint === '' ? [] : placeholder(setup.hint),
      keymap.of([...closeBracketsKeymap, ...editorKeys]),
      undoSteps(setup.undo),
      textSync(setup.text, setup.undo.manager),
      setup.onCutOff === undefined ? [] : watchCutOff(setup.onCutOff),
      caretMarks(setup.text, setup.carets),
      commentMarks(setup.text, setup.comments),
    ]
  }

  rename(label: string): void {
    this.view.dispatch({ effects: this.name.reconfigure(nameAttributes(label)) })
  }

  /** Scrolls there without moving the focus. */
  show(at: number): void {
    const { view } = this
    view.dispatch({ effects: EditorView.scrollIntoView(Math.min(at, view.state.doc.length)) })
  }

  /** Selects and marks a passage and scrolls to it, without moving the focus; null takes the mark away. */
  markFound(passage: { readonly from: number; readonly to: number } | null): void {
    markFound(this.view, passage)
  }

  /** 1 for the first; until the text changes. */
  markError(line: number | null): void {
    markErrorLine(this.view, line)
  }

  private useBindings({ bindings }: EditorOptions): void {
    const use = (extension: Extension): void => {
      if (this.keys.get(this.view.state) !== extension)
        this.view.dispatch({ effects: this.keys.reconfigure(extension) })
    }
    if (bindings === 'standard') use(standardKeys)
    else if (vimKeys !== null) use(vimKeys)
    else
      import('./vim.ts').then(
        (loaded) => use((vimKeys = loaded.vimKeys)),
        (error: unknown) => console.warn(`Vim’s keys could not be loaded: ${String(error)}`),
      )
  }

  configure(language: Language, options: EditorOptions): void {
    this.view.dispatch({
      effects: [
        this.language.reconfigure(languageSupport(language)),
        this.options.reconfigure(optionExtensions(language, options)),
      ],
    })
    this.useBindings(options)
    // The font may have changed.
    this.view.requestMeasure()
  }

  /** A composition (IME, mobile keyboard) is active; the editor must stay. */
  get composing(): boolean {
    return this.view.composing || this.view.compositionStarted
  }

  destroy(): void {
    this.view.destroy()
  }
}

const nameAttributes = (label: string): Extension =>
  EditorView.contentAttributes.of({
    'aria-label': label,
  })
