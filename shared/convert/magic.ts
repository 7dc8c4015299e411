// IPython's own lines (`%matplotlib`, `!ls`, `?name`) in a .py: Python does not know them, so they stand there as
// comments, as Jupytext writes them. A comment that looks like one gets one `# ` more, so each line comes back as it was.

/** Where a cell begins. */
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

/** Inside a string in three quotes nothing is magic, and only a marker would be taken for what it is not. */
function eachLine(
  lines: readonly string[],
  change: (line: string, isSpecial: (line: string) => boolean) => string,
): string[] {
  let quotes: string | null = null
  return lines.map((line) => {
    const isSpecial = (text: string): boolean =>
      likeMarker.test(text) || (quotes === null && likeMagic.test(text))
    const changed = change(line, isSpecial)
    if (quotes !== null || !isSpecial(line)) quotes = quotesAfter(line, quotes)
    return changed
  })
}

/** The quotes of the string that is still open at the end of the line. */
function quotesAfter(line: string, before: string | null): string | null {
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
