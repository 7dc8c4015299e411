// The editor settings as extensions.
import { closeBrackets } from '@codemirror/autocomplete'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import type { EditorOptions } from '../settings/settings.ts'
import { closingQuotes } from './closing-quotes.ts'
import type { Language } from './colours.ts'
import { ownIndent, tabSize } from './own-indent.ts'
import { suggestions } from './suggestion.ts'
import { wraps } from './wrap.ts'

export const optionExtensions = (language: Language, options: EditorOptions): Extension => [
  options.lineNumbers ? lineNumbers() : [],
  wraps(language, options) ? EditorView.lineWrapping : [],
  // In prose a quotation mark is often an apostrophe.
  options.autoCloseBrackets && (language === 'python' || language === 'sql')
    ? [closingQuotes, closeBrackets()]
    : [],
  options.suggestions ? suggestions : [],
  ownIndent(options.indent),
  EditorState.tabSize.of(tabSize),
]
