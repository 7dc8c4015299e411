import type { EditorOptions } from '../settings/settings.ts'
import type { Language } from './colours.ts'

/** Prose always wraps. */
export const wraps = (language: Language, { wordWrap }: EditorOptions): boolean =>
  wordWrap || language === 'markdown'
