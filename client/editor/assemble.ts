// The CodeMirror editor of one text.
import { closeBracketsKeymap } from '@codemirror/autocomplete'
import { bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, Prec, type Extension } from '@codemirror/state'
import { drawSelection, EditorView, keymap, placeholder, tooltips } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import type * as Y from 'yjs'
import type { Undo } from '../../shared/notebook/document/undo.ts'
import type { Insight } from '../kernel/insight.ts'
import type { EditorOptions } from '../settings/settings.ts'
import { caretMarks } from './caret-marks.ts'
import type { Carets } from './carets.ts'
import { completion, isListing } from './completion.ts'
import { arrowsLeave } from './edges.ts'
import { errorMark, markErrorLine } from './error-mark.ts'
import { hints } from './hint.ts'
import { languageSupport, type Language } from './language.ts'
import { optionExtensions } from './options.ts'
import { textSync } from './sync.ts'
import { editorKeys } from './text-commands.ts'

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
  readonly insight: Insight
  /** Arrow keys at the first and last line go on to the next cell. */
  readonly arrowsLeave: boolean
  /** The keys of commands, before the editor's own. True: taken. */
  readonly onKey: (event: KeyboardEvent, view: EditorView) => boolean
  readonly onFocus: () => void
  /** What is pasted, before the editor takes it; `insert` puts text in the place of what is selected. True: taken. */
  readonly onPaste?: (data: DataTransfer, insert: (text: string) => void) => boolean
}

/**
 * What lies over the edges of the window, in pixels: the page says so by its scroll padding. CodeMirror takes it off the
 * editor itself to know where a list of completions may stand, and in a short one would find no room at all.
 */
const underEdges = EditorView.scrollMargins.of(({ state }) => {
  if (isListing(state)) return null
  const { scrollPaddingTop, scrollPaddingBottom } = getComputedStyle(document.documentElement)
  return { top: parseFloat(scrollPaddingTop) || 0, bottom: parseFloat(scrollPaddingBottom) || 0 }
})

/** An editor whose name and language can change without being made anew. */
export class TextEditor {
  readonly view: EditorView
  private readonly name = new Compartment()
  private readonly language = new Compartment()
  private readonly options = new Compartment()

  constructor(setup: EditorSetup) {
    this.view = new EditorView({
      parent: setup.parent,
      state: EditorState.create({ doc: setup.text.toString(), extensions: this.extensions(setup) }),
    })
  }

  private extensions(setup: EditorSetup): Extension {
    return [
      Prec.highest(
        EditorView.domEventHandlers({
          keydown: (event, view) => setup.onKey(event, view),
          paste: ({ clipboardData }, view) => {
            if (clipboardData === null || view.state.readOnly) return false
            const insert = (text: string): void =>
              view.dispatch(view.state.replaceSelection(text), {
                userEvent: 'input.paste',
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
      this.name.of(nameAttributes(setup.label)),
      this.language.of(languageSupport(setup.language)),
      this.options.of(optionExtensions(setup.language, setup.options)),
      // Still a text to put the caret into, for the others to see.
      EditorState.readOnly.of(!setup.writable),
      EditorState.allowMultipleSelections.of(true),
      drawSelection({ cursorBlinkRate: 1060 }),
      indentOnInput(),
      bracketMatching(),
      completion(setup.insight),
      hints(setup.insight),
      arrowsLeave.of(setup.arrowsLeave),
      errorMark,
      // A cell draws nothing outside itself.
      tooltips({ parent: document.body }),
      underEdges,
      syntaxHighlighting(classHighlighter),
      setup.hint === '' ? [] : placeholder(setup.hint),
      keymap.of([...closeBracketsKeymap, ...editorKeys]),
      textSync(setup.text, setup.undo.manager),
      caretMarks(setup.text, setup.carets),
    ]
  }

  rename(label: string): void {
    this.view.dispatch({ effects: this.name.reconfigure(nameAttributes(label)) })
  }

  /** 1 for the first; until the text changes. */
  markError(line: number | null): void {
    markErrorLine(this.view, line)
  }

  configure(language: Language, options: EditorOptions): void {
    this.view.dispatch({
      effects: [
        this.language.reconfigure(languageSupport(language)),
        this.options.reconfigure(optionExtensions(language, options)),
      ],
    })
    // The font may be another.
    this.view.requestMeasure()
  }

  /** Text is being composed (IME, mobile keyboards), during which the editor must stay. */
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
