// Which language a text is in, for the editor and for the static highlighting of unmounted texts.
import { python, pythonLanguage } from '@codemirror/lang-python'
import { markdownKeymap, markdownLanguage, pasteURLAsLink } from '@codemirror/lang-markdown'
import { Language as EditorLanguage } from '@codemirror/language'
import { Prec, type Extension } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import type { Parser } from '@lezer/common'
import { MarkdownParser, parseCode } from '@lezer/markdown'
import type { CellLanguage } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import { ownDirections } from './direction.ts'

export type Language = CellLanguage

const pythonSupport: Extension = python()

// Put together here and not by `markdown()`, which brings the languages of HTML, CSS and JavaScript along: a sixth of
// all that a page loads before it can show anything.
const isPython = /^(python|py|ipython)\b/i
const markdownParser = (): Parser => {
  const { parser } = markdownLanguage
  if (!(parser instanceof MarkdownParser)) throw new Error('the parser of Markdown is of another kind')
  return parser.configure(
    parseCode({ codeParser: (info) => (isPython.test(info) ? pythonLanguage.parser : null) }),
  )
}
const markdown = new EditorLanguage(markdownLanguage.data, markdownParser(), [], 'markdown')
/** By the browser; in code the editor says that there is none. */
const spelling = EditorView.contentAttributes.of({
  spellcheck: 'true',
  autocorrect: 'on',
  autocapitalize: 'sentences',
})
const markdownSupport: Extension = [
  markdown,
  pasteURLAsLink,
  spelling,
  ownDirections,
  Prec.high(keymap.of(markdownKeymap)),
]

let sql: EditorLanguage | null = null

/** Settles when the language is here; null where it is already, or has no colours. */
export const languageComing = (language: Language): Promise<void> | null =>
  language !== 'sql' || sql !== null
    ? null
    : import('./sql.ts').then(
        ({ sqlLanguage }) => void (sql = sqlLanguage),
        (error: unknown) => console.warn('SQL stays without colours:', error),
      )

export const languageSupport = (language: Language): Extension => {
  switch (language) {
    case 'python':
      return pythonSupport
    case 'markdown':
      return markdownSupport
    case 'sql':
      return sql ?? []
    case 'plain':
      return []
    default:
      return language satisfies never
  }
}

export const parserOf = (language: Language): Parser | null => {
  switch (language) {
    case 'python':
      return pythonLanguage.parser
    case 'markdown':
      return markdown.parser
    case 'sql':
      return sql?.parser ?? null
    case 'plain':
      return null
    default:
      return language satisfies never
  }
}
