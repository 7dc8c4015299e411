import type { Leaf } from '../notebook/notebook.ts'
import { stringOf } from './json-read.ts'

// The source of a cell: in the app a string with LF line ends and well-formed Unicode, in the file a string or a list of
// lines with any line ends.

export type SourceForm = 'list' | 'string'
export type SourceNewline = '\n' | '\r\n' | '\r'

export interface FileText {
  readonly text: string
  readonly form: SourceForm
  /** The file's line ends; LF if they are mixed. */
  readonly newline: SourceNewline
}

/** Null if it is neither a string nor a list of strings. */
export const readText = (leaf: Leaf): FileText | null => {
  const parts = Array.isArray(leaf) ? (leaf as readonly Leaf[]).map(stringOf) : [stringOf(leaf)]
  if (!parts.every((part) => part !== null)) return null
  const text = parts.join('')
  return {
    text: escapeSurrogates(text.replace(/\r\n?/g, '\n')),
    form: Array.isArray(leaf) ? 'list' : 'string',
    newline: newlineOf(text),
  }
}

export const writeText = ({ text, form, newline }: FileText): Leaf => {
  const whole = unescapeSurrogates(newline === '\n' ? text : text.replaceAll('\n', newline))
  return form === 'string' ? whole : splitLines(whole)
}

const newlineOf = (text: string): SourceNewline => {
  if (!text.includes('\r')) return '\n'
  const kinds = new Set(text.match(/\r\n|\r|\n/g))
  const [kind] = kinds
  return kinds.size === 1 && (kind === '\r\n' || kind === '\r') ? kind : '\n'
}

/** Like Python's str.splitlines(keepends=True), which Jupyter uses and which splits at more than LF. */
const lineEnd = '\\n\\r\\v\\f\\x1c-\\x1e\\x85\\u2028\\u2029'
const lines = new RegExp(`[^${lineEnd}]*(?:\\r\\n|[${lineEnd}])|[^${lineEnd}]+`, 'g')
const splitLines = (text: string): string[] => text.match(lines) ?? []

// In the app a lone surrogate is represented by U+10F000 plus its offset in the surrogate block. Characters of that range
// in the file are escaped.
const privateUse = 0x10f000
const surrogates = 0xd800
const privateEscape = '\u{10f800}'

const escapeSurrogates = (text: string): string =>
  text.replace(/\p{Surrogate}|[\u{10f000}-\u{10f800}]/gu, (found) =>
    found.length === 2
      ? privateEscape + found
      : String.fromCodePoint(privateUse + found.charCodeAt(0) - surrogates),
  )

const unescapeSurrogates = (text: string): string =>
  text.replace(
    /\u{10f800}([\u{10f000}-\u{10f800}])|[\u{10f000}-\u{10f7ff}]/gu,
    (found, escaped?: string) =>
      escaped ?? String.fromCharCode((found.codePointAt(0) ?? 0) - privateUse + surrogates),
  )
