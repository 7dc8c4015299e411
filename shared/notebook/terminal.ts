// What a terminal makes of carriage returns and backspaces, so that a progress bar is one line and not ten thousand.

/** One line on which later text overwrites earlier text. ANSI sequences have no width. */
const overwriteLine = (line: string): string => {
  if (!/[\r\b]/.test(line)) return line
  const cells: string[] = []
  let at = 0
  // eslint-disable-next-line no-control-regex -- the escape sequences are control characters
  for (const part of line.match(/\r|\x08|\x1b\[[0-9;]*[A-Za-z]|[^\r\x08\x1b]|\x1b/gu) ?? []) {
    if (part === '\r') at = 0
    else if (part === '\b') at = Math.max(0, at - 1)
    else if (part.length > 1 && part.startsWith('\x1b')) cells[at] = part + (cells[at] ?? '')
    else cells[at++] = part
  }
  return cells.join('')
}

/** A trailing `\r` is kept: what it overwrites comes later. */
export const overwrite = (text: string): string => {
  if (!/[\r\b]/.test(text)) return text
  return text
    .replace(/(?<!\r)\r+\n/g, '\n')
    .split('\n')
    .map((line) => {
      const pending = line.endsWith('\r')
      return overwriteLine(pending ? line.slice(0, -1) : line) + (pending ? '\r' : '')
    })
    .join('\n')
}
