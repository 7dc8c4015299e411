export const errorClass = 'nb-error-line'

/** The range of a line without its indentation; null if it does not exist. `line` is 1 for the first. */
export const lineSpan = (text: string, line: number): { from: number; to: number } | null => {
  const lines = text.split('\n')
  const found = lines[line - 1]
  if (found === undefined || found.trim() === '') return null
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0)
  return {
    from: start + found.length - found.trimStart().length,
    to: start + found.trimEnd().length,
  }
}
