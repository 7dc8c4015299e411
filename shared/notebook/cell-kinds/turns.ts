// How a cell's text and outputs read to a model. Roles are structure, never text: whatever a cell or an output says, it
// stays inside its own turn, and inside its own fence.
import { type Cell, type Output } from '../notebook.ts'
import { plainText, shownOutputs } from '../output.ts'
import { type Turn } from './cell-kind.ts'

/** UTF-16 units kept of each end of a long text. */
const endKept = 2_000

export const user = (text: string): readonly Turn[] => (text === '' ? [] : [{ role: 'user', text }])

/** A source in a fence, and what it put out. */
export function codeText(cell: Cell, language: string): string {
  const output = outputText(cell.result?.outputs ?? [])
  const code = cell.source.trim() === '' ? '' : fenced(language, cell.source)
  if (output === '') return code
  return `${code}${code === '' ? '' : '\n'}Output:\n${fenced('text', output)}`
}
/** Errors are cut apart from the rest, so that the end of a traceback, which names the error, is always there. */
function outputText(outputs: readonly Output[]): string {
  const parts: { text: string; error: boolean }[] = []
  for (const shown of shownOutputs(outputs)) {
    const text = plainText(shown)
    const last = parts.at(-1)
    if (last === undefined || last.error || shown.type === 'error')
      parts.push({ text, error: shown.type === 'error' })
    else last.text = lineEnded(last.text) + text
  }
  return parts
    .map(({ text }) => bothEnds(text.trimEnd()))
    .filter((text) => text !== '')
    .join('\n')
}

const lineEnded = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** The first and the last 2,000 units, never through the middle of a surrogate pair. */
function bothEnds(text: string): string {
  const left = text.length - 2 * endKept
  if (left <= 0) return text
  const head = text.slice(0, endKept).replace(/[\uD800-\uDBFF]$/, '')
  const tail = text.slice(-endKept).replace(/^[\uDC00-\uDFFF]/, '')
  return `${head}\n… ${left} characters left out …\n${tail}`
}

/** A fence longer than any run of backticks inside. */
export function fenced(language: string, text: string): string {
  const longest = (text.match(/`+/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2)
  const fence = '`'.repeat(longest + 1)
  return `${fence}${language}\n${lineEnded(text)}${fence}`
}
