// The language of a text in its editor.
import { markdownKeymap, markdownLanguage, pasteURLAsLink } from '@codemirror/lang-markdown'
import { Language as EditorLanguage } from '@codemirror/language'
import { Prec, type Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { python, pythonLanguage } from '@codemirror/lang-python'
import type { Parser } from '@lezer/common'
import { MarkdownParser, parseCode } from '@lezer/markdown'
import { ownDirections } from './direction.ts'
import type { Language } from './colours.ts'
import { loadedSql } from './parsers.ts'

const pythonSupport: Extension = python()

const isPython = /^(python|py|ipython)\b/i
// Not by `markdown()`, which includes HTML, CSS and JavaScript.
const withPythonBlocks = (): Parser => {
  const { parser } = markdownLanguage
  if (!(parser instanceof MarkdownParser)) throw new Error('the parser of Markdown is of another kind')
  return parser.configure(
    parseCode({ codeParser: (info) => (isPython.test(info) ? pythonLanguage.parser : null) }),
  )
}
export const markdownParser = withPythonBlocks()
/** By the browser; an editor has it off by default. */
const spelling = EditorView.contentAttributes.of({
  spellcheck: 'true',
  autocorrect: 'on',
  autocapitalize: 'sentences',
})
const markdownSupport: Extension = [
  new EditorLanguage(markdownLanguage.data, markdownParser, [], 'markdown'),
  pasteURLAsLink,
  spelling,
  ownDirections,
  Prec.high(keymap.of(markdownKeymap)),
]

export const languageSupport = (language: Language): Extension => {
  switch (language) {
    case 'python':
      return pythonSupport
    case 'markdown':
      return markdownSupport
    case 'sql':
      return loadedSql() ?? []
    case 'plain':
      return []
    default:
      return language satisfies never
  }
}
