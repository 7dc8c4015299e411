// How many empty lines Jupytext puts between two cells of a .py file, by PEP 8: two around functions and classes.
import { outsideStrings } from './magic.ts'

const isDefinition = (line: string): boolean => /^(?:def|async|class) /.test(line)
const isBlank = (line: string | undefined): boolean => line?.trim() === ''

/** Whether the last line that is not indented begins a function or class. */
const endsWithDefinition = (lines: readonly string[]): boolean => {
  const outside = outsideStrings(lines)
  for (let at = lines.length - 1, below: string | undefined; at >= 0; at--) {
    const line = lines[at] ?? ''
    if (!outside[at]) continue
    if (isBlank(line) && isBlank(below)) return false
    below = line
    if (isBlank(line) || /^[# )]/.test(line)) continue
    return isDefinition(line)
  }
  return false
}

const beginsWithDefinition = (lines: readonly string[]): boolean => {
  for (const [at, line] of lines.entries()) {
    if (isBlank(line)) {
      if (isBlank(lines[at - 1])) return false
    } else if (!/^[#@ )]/.test(line)) return isDefinition(line)
  }
  return false
}

const hasCode = (lines: readonly string[]): boolean => {
  for (const [at, line] of lines.entries()) {
    if (isBlank(line)) {
      if (isBlank(lines[at - 1])) return false
    } else if (!line.trim().startsWith('#')) return true
  }
  return false
}

/** `after` is all that follows in the file. */
export const blankLines = (before: readonly string[], after: readonly string[]): number => {
  if (after.length === 0) return 1
  if (endsWithDefinition(before)) return hasCode(after) ? 2 : 1
  const last = before.at(-1) ?? ''
  return !isBlank(last) && !last.startsWith('#') && beginsWithDefinition(after) ? 2 : 1
}
