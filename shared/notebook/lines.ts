/** The lines of a text, each with its line break. */
export const linesOf = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+/g) ?? []

/** The offset at which a line begins, 0 for the first; the end of the text where it has no such line. */
export const lineStart = (text: string, line: number): number => {
  let at = 0
  for (let passed = 0; passed < line; passed++) {
    const end = text.indexOf('\n', at)
    if (end < 0) return text.length
    at = end + 1
  }
  return at
}
