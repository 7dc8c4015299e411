// The language of a text, for the editor and for static highlighting.
import { python, pythonLanguage } from '@codemirror/lang-python'
import { markdownKeymap, markdownLanguage, pasteURLAsLink } from '@codemirror/lang-markdown'
import { Language as EditorLanguage } from '@codemirror/language'
import { Prec, type Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import type { Parser } from '@lezer/common'
import { MarkdownParser, parseCode } from '@lezer/markdown'
import type { CellLanguage } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import { ownDirections } from './direction.ts'

export type Language = CellLanguage

const pythonSupport: Extension = python()

// Assembled here and not by `markdown()`, which includes HTML, CSS and JavaScript: a sixth of all that a page loads
// before it can show anything.
const isPython = /^(python|py|ipython)\b/i
const markdownParser = (): Parser => {
  const { parser } = markdownLanguage
  if (!(parser instanceof MarkdownParser)) throw new Error('the parser of Markdown is of another kind')
  return parser.configure(
    parseCode({ codeParser: (info) => (isPython.test(info) ? pythonLanguage.parser : null) }),
  )
}
const markdown = new EditorLanguage(markdownLanguage.data, markdownParser(), [], 'markdown')
const markdownSupport: Extension = [
  markdown,
  pasteURLAsLink,
  ownDirections,
  Prec.high(keymap.of(markdownKeymap)),
]

let sql: EditorLanguage | null = null

/** Resolves once the language is loaded; null if it is, or if there is none to load. */
export const languageComing = (language: Language): Promise<void> | null =>
  language !== 'sql' || sql !== null
    ? null
    : import('./sql.ts').then(
        ({ sqlLanguage }) => void (sql = sqlLanguage),
        (error: unknown) => console.warn('SQL highlighting could not be loaded:', error),
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
