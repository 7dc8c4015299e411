// The language of a text, as far as its colours need it: without the editor, which loads later.
import type { Language as EditorLanguage } from '@codemirror/language'
import type { Parser } from '@lezer/common'
import { Emoji, GFM, parseCode, parser as commonmark, Subscript, Superscript } from '@lezer/markdown'
import { parser as pythonParser } from '@lezer/python'
import type { CellLanguage } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import type { EditorOptions } from '../settings/settings.ts'

export type Language = CellLanguage

const isPython = /^(python|py|ipython)\b/i

/** For the code blocks of a note. */
export const pythonBlocks = parseCode({ codeParser: (info) => (isPython.test(info) ? pythonParser : null) })

/** As `markdownLanguage` of @codemirror/lang-markdown has it. */
const markdownParser: Parser = commonmark.configure([GFM, Subscript, Superscript, Emoji, pythonBlocks])

let sql: EditorLanguage | null = null

export const loadedSql = (): EditorLanguage | null => sql

/** Resolves once the language is loaded; null if it is, or if there is none to load. */
export const languageComing = (language: Language): Promise<void> | null =>
  language !== 'sql' || sql !== null
    ? null
    : import('./sql.ts').then(
        ({ sqlLanguage }) => void (sql = sqlLanguage),
        (error: unknown) => console.warn('SQL highlighting could not be loaded:', error),
      )

export const parserOf = (language: Language): Parser | null => {
  switch (language) {
    case 'python':
      return pythonParser
    case 'markdown':
      return markdownParser
    case 'sql':
      return sql?.parser ?? null
    case 'plain':
      return null
    default:
      return language satisfies never
  }
}

/** Prose always wraps. */
export const wraps = (language: Language, { wordWrap }: EditorOptions): boolean =>
  wordWrap || language === 'markdown'
