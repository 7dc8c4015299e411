// IPython magics (`%matplotlib`, `!ls`, `?name`) in a .py file. They are not valid Python, so they are written as comments,
// like Jupytext does. Comments that look like magics get another `# `, so that every line is restored exactly.

/** The line that starts a cell. */
export const marker = /^# ?%%+(?:[ \t]+(.*))?$/s
const likeMarker = /^(?:# )*# ?%%+(?:[ \t]|$)/
const likeMagic =
  /^[ \t]*(?:(?:# )+[ \t]*)?(?:%{1,2}[A-Za-z]|[!?][ \t]*[A-Za-z.~$\\/{}])|^(?:# )*[ \t]*[A-Za-z_][\w$]*\s*=\s*(?:%{1,3}|!)[A-Za-z]/
/** Those without a sign. They would also be words of an ordinary comment: it stays one unless Jupytext wrote the file. */
const likeWords =
  /^[ \t]*(?:# )*\S*\?\s*$|^(?:# )*(?:cat|cd|copy|cp|ddir|echo|ldir|ls|mkdir|mv|ren|rm|rmdir)(?:$|\s$|\s[^=,])/

export const commentMagic = (lines: readonly string[]): string[] =>
  eachLine(lines, true, (line, isSpecial, isContinued) =>
    isContinued ? `# ${line}` : isSpecial(line) ? line.replace(/^[ \t]*/, '$&# ') : line,
  )

export const uncommentMagic = (lines: readonly string[], isJupytext: boolean): string[] =>
  eachLine(lines, isJupytext, (line, isSpecial, isContinued) => {
    if (isContinued) return line.replace(/^# /, '')
    const [, indent = '', rest = ''] = /^([ \t]*)# (.*)$/s.exec(line) ?? []
    return rest !== '' && isSpecial(indent + rest) ? indent + rest : line
  })

/**
 * Inside a triple-quoted string there are no magics, but lines that look like cell markers still need escaping. A magic
 * whose line ends in a backslash continues.
 */
const eachLine = (
  lines: readonly string[],
  withWords: boolean,
  change: (line: string, isSpecial: (line: string) => boolean, isContinued: boolean) => string,
): string[] => {
  let quotes: string | null = null
  let isContinued = false
  return lines.map((line) => {
    const isMagic = (text: string): boolean =>
      quotes === null && (likeMagic.test(text) || (withWords && likeWords.test(text)))
    const isSpecial = (text: string): boolean => likeMarker.test(text) || isMagic(text)
    const changed = change(line, isSpecial, isContinued)
    const isPart = isContinued || isMagic(line)
    if (quotes !== null || !(isPart || isSpecial(line))) quotes = quotesAfter(line, quotes)
    isContinued = isPart && /\\\s*$/.test(line)
    return changed
  })
}

/** Whether each line begins outside of a triple-quoted string. */
export const outsideStrings = (lines: readonly string[]): readonly boolean[] => {
  let quotes: string | null = null
  return lines.map((line) => {
    const outside = quotes === null
    quotes = quotesAfter(line, quotes)
    return outside
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
