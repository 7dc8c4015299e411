// The parsers of the languages, for the editor and for the colours of static text. Loads with the editor.
import { pythonLanguage } from '@codemirror/lang-python'
import type { Language as EditorLanguage } from '@codemirror/language'
import type { Parser } from '@lezer/common'
import { classHighlighter, highlightTree } from '@lezer/highlight'
import { markdownParser } from './language.ts'
import type { ColouredSpan, Language } from './colours.ts'

let sql: EditorLanguage | null = null

export const loadedSql = (): EditorLanguage | null => sql

/** Null if it has none, or one that has not loaded. */
const parserOf = (language: Language): Parser | null => {
  switch (language) {
    case 'python':
      return pythonLanguage.parser
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

export const isLoaded = (language: Language): boolean => language !== 'sql' || sql !== null

export const loadLanguage = async (language: Language): Promise<void> => {
  if (language === 'sql') sql ??= (await import('./sql.ts')).sqlLanguage
}

export const spansOf = (text: string, language: Language): readonly ColouredSpan[] => {
  const parser = parserOf(language)
  if (parser === null) return []
  const spans: ColouredSpan[] = []
  highlightTree(parser.parse(text), classHighlighter, (from, to, classes) =>
    spans.push({ from, to, classes }),
  )
  return spans
}
