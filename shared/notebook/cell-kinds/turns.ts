// Converts the text and outputs of cells to messages for a model. Roles are never expressed in text: the content of a cell
// or output stays inside its own message and its own fence.
import type { Cell, Output } from '../notebook.ts'
import { untrusted } from '../../context/untrusted.ts'
import { fenceFor } from '../../markdown/fence.ts'
import { replyParts } from '../../reply/parts.ts'
import { plainText, shownOutputs } from '../output/output.ts'
import type { Turn } from './cell-kind.ts'

/** UTF-16 code units kept at each end of a long text. */
const endLength = 2_000

/** A turn of the person who asks. */
export const user = (text: string): readonly Turn[] => (text === '' ? [] : [{ role: 'user', text }])

/** The question of a prompt, with the values it refers to. */
export const questionText = ({ source, result }: Cell): string => {
  const values = (result?.references ?? []).flatMap((reference) =>
    'value' in reference ? [untrusted(`value of ${reference.value}`, reference.text)] : [],
  )
  return [source.trim(), ...values].filter((text) => text !== '').join('\n\n')
}

/** The content of a cell. */
export const material = ({ id }: Cell, text: string): readonly Turn[] =>
  text === '' ? [] : [{ role: 'user', text, from: `cell ${id}` }]

/** A reply; tool results in it are not the model's own text. */
export const replyTurns = (reply: string): readonly Turn[] => {
  const parts = replyParts(reply)
  if (!parts.some(({ type }) => type === 'tool')) return [{ role: 'assistant', text: reply }]
  return parts.flatMap((part): readonly Turn[] => {
    if (part.type === 'text') return [{ role: 'assistant', text: part.text.trim() }]
    if (part.type !== 'tool') return []
    return [{ role: 'user', text: truncated(part.result ?? ''), from: part.call }]
  })
}

/** The source in a fence, and its outputs. */
export const codeText = (cell: Cell, language: string): string => {
  const output = outputText(cell.result?.outputs ?? [])
  const code = cell.source.trim() === '' ? '' : fenced(language, cell.source)
  if (output === '') return code
  return `${code}${code === '' ? '' : '\n'}Output:\n${fenced('text', output)}`
}

/** Errors are truncated separately, so that the end of the traceback, which names the error, is always included. */
export const outputText = (outputs: readonly Output[]): string => {
  const parts: { text: string; error: boolean }[] = []
  for (const shown of shownOutputs(outputs)) {
    const text = plainText(shown)
    const last = parts.at(-1)
    if (last === undefined || last.error || shown.type === 'error')
      parts.push({ text, error: shown.type === 'error' })
    else last.text = lineEnded(last.text) + text
  }
  return parts
    .map(({ text }) => truncated(text.trimEnd()))
    .filter((text) => text !== '')
    .join('\n')
}

const lineEnded = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)

/** Keeps both ends of a long text without splitting surrogate pairs. */
export const truncated = (text: string, kept = endLength): string => {
  const omitted = text.length - 2 * kept
  if (omitted <= 0) return text
  const head = text.slice(0, kept).replace(/[\uD800-\uDBFF]$/, '')
  const tail = text.slice(-kept).replace(/^[\uDC00-\uDFFF]/, '')
  return `${head}\n… ${omitted} characters omitted …\n${tail}`
}

export const fenced = (language: string, text: string): string => {
  const fence = fenceFor(text)
  return `${fence}${language}\n${lineEnded(text)}${fence}`
}
