// IPython magics (`%matplotlib`, `!ls`, `?name`) in a .py file. They are not valid Python, so they are written as comments,
// like Jupytext does. Comments that look like magics get another `# `, so that every line is restored exactly.

/** The line that starts a cell. */
export const marker = /^# ?%%+(?:[ \t]+(.*))?$/s
const likeMarker = /^(?:# )*# ?%%+(?:[ \t]|$)/
const likeMagic = /^[ \t]*(?:(?:# )+[ \t]*)?(?:%{1,2}[A-Za-z]|[!?][ \t]*[A-Za-z.~$\\/{}])/

export const commentMagic = (lines: readonly string[]): string[] =>
  eachLine(lines, (line, isSpecial) => (isSpecial(line) ? line.replace(/^[ \t]*/, '$&# ') : line))

export const uncommentMagic = (lines: readonly string[]): string[] =>
  eachLine(lines, (line, isSpecial) => {
    const [, indent = '', rest = ''] = /^([ \t]*)# (.*)$/s.exec(line) ?? []
    return rest !== '' && isSpecial(indent + rest) ? indent + rest : line
  })

/** Inside a triple-quoted string there are no magics, but lines that look like cell markers still need escaping. */
const eachLine = (
  lines: readonly string[],
  change: (line: string, isSpecial: (line: string) => boolean) => string,
): string[] => {
  let quotes: string | null = null
  return lines.map((line) => {
    const isSpecial = (text: string): boolean =>
      likeMarker.test(text) || (quotes === null && likeMagic.test(text))
    const changed = change(line, isSpecial)
    if (quotes !== null || !isSpecial(line)) quotes = quotesAfter(line, quotes)
    return changed
  })
}

/** The quotes of a triple-quoted string that is still open at the end of the line. */
const quotesAfter = (line: string, before: string | null): string | null => {
  let quotes = before
  const part = /\\.|"""|'''|["'#]/g
  let short: string | null = null
  for (const [found] of line.matchAll(part)) {
    if (found.startsWith('\\')) continue
    if (quotes !== null) quotes = found === quotes ? null : quotes
    else if (short !== null) short = found.startsWith(short) ? null : short
    else if (found === '#') return null
    else if (found.length === 3) quotes = found
    else short = found
  }
  return quotes
}
