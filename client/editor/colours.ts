// The colours of a text without an editor. They come with the editor, a moment after the text.
import type { CellLanguage } from '../../shared/notebook/cell-kinds/cell-kind.ts'
import { loadedEditor, loadEditor } from './load.ts'

export type Language = CellLanguage

export interface ColouredSpan {
  readonly from: number
  readonly to: number
  readonly classes: string
}

/** Longer texts (UTF-16 units) stay plain until their editor is mounted: parsing would block scrolling. */
const maxLength = 50_000

/** In order; none as long as the language has not loaded. */
export const coloursOf = (text: string, language: Language): readonly ColouredSpan[] =>
  text.length > maxLength ? [] : (loadedEditor()?.spansOf(text, language) ?? [])

const load = async (language: Language): Promise<void> => {
  try {
    await (await loadEditor()).loadLanguage(language)
  } catch (error) {
    console.warn(`Highlighting for ${language} could not be loaded:`, error)
  }
}

/** Resolves once the language is loaded; null if it is, or if there is none to load. */
export const languageComing = (language: Language): Promise<void> | null =>
  language === 'plain' || loadedEditor()?.isLoaded(language) === true ? null : load(language)
