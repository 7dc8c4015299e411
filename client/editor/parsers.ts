// The language of a text, as far as its colours need it: without the editor, which loads later.
import type { Language as EditorLanguage } from '@codemirror/language'
import type { Parser } from '@lezer/common'
import { parser as pythonParser } from '@lezer/python'
import type { CellLanguage } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import type { EditorOptions } from '../settings/settings.ts'
import { loadedEditor, loadEditor } from './load.ts'

export type Language = CellLanguage

let sql: EditorLanguage | null = null

export const loadedSql = (): EditorLanguage | null => sql

const load = async (language: 'sql' | 'markdown'): Promise<void> => {
  try {
    // Markdown comes with the editor: the source of a note is hidden until somebody opens it.
    if (language === 'markdown') await loadEditor()
    else sql = (await import('./sql.ts')).sqlLanguage
  } catch (error) {
    console.warn(`Highlighting for ${language} could not be loaded:`, error)
  }
}

/** Resolves once the language is loaded; null if it is, or if there is none to load. */
export const languageComing = (language: Language): Promise<void> | null =>
  (language === 'sql' || language === 'markdown') && parserOf(language) === null ? load(language) : null

export const parserOf = (language: Language): Parser | null => {
  switch (language) {
    case 'python':
      return pythonParser
    case 'markdown':
      return loadedEditor()?.markdownParser ?? null
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
