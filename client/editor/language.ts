// The language of a text in its editor.
import { markdownKeymap, markdownLanguage, pasteURLAsLink } from '@codemirror/lang-markdown'
import { python } from '@codemirror/lang-python'
import { Language as EditorLanguage } from '@codemirror/language'
import { Prec, type Extension } from '@codemirror/state'
import { keymap } from '@codemirror/view'
import type { Parser } from '@lezer/common'
import { MarkdownParser } from '@lezer/markdown'
import { ownDirections } from './direction.ts'
import { loadedSql, pythonBlocks, type Language } from './parsers.ts'

const pythonSupport: Extension = python()

// Not by `markdown()`, which includes HTML, CSS and JavaScript.
const markdownParser = (): Parser => {
  const { parser } = markdownLanguage
  if (!(parser instanceof MarkdownParser)) throw new Error('the parser of Markdown is of another kind')
  return parser.configure(pythonBlocks)
}
const markdownSupport: Extension = [
  new EditorLanguage(markdownLanguage.data, markdownParser(), [], 'markdown'),
  pasteURLAsLink,
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
