import { lineStart } from '../../shared/notebook/lines.ts'

export const errorClass = 'nb-error-line'

/** The range of a line without its indentation; null if it does not exist. `line` is 1 for the first. */
export const lineSpan = (text: string, line: number): { from: number; to: number } | null => {
  const found = text.split('\n')[line - 1]
  if (found === undefined || found.trim() === '') return null
  const start = lineStart(text, line - 1)
  return {
    from: start + found.length - found.trimStart().length,
    to: start + found.trimEnd().length,
  }
}
