import type { Leaf } from '../notebook/notebook.ts'
import { isRawJson, readJson, type Member } from './json-read.ts'

export interface JsonStyle {
  /** One level; '' puts everything on one line. */
  readonly indent: string
  /** On one line: `, ` and `: ` as Python writes, not `,` and `:` as JavaScript does. */
  readonly spaced: boolean
  /** Everything but printable ASCII is escaped. */
  readonly ascii: boolean
}

/** `line` is the line break with the indentation of the line on which the value starts. */
export function writeJson(leaf: Leaf, style: JsonStyle, line = '\n'): string {
  if (typeof leaf === 'string') return writeString(leaf, style)
  if (typeof leaf !== 'object' || leaf === null) return JSON.stringify(leaf)
  if (Array.isArray(leaf)) {
    const items = (leaf as readonly Leaf[]).map((item) => writeJson(item, style, line + style.indent))
    return enclose('[', items, ']', style, line)
  }
  // A peer may have written anything: text that is not JSON must not break the file.
  if (isRawJson(leaf)) return readJson(leaf.$json).ok ? leaf.$json : writeString(leaf.$json, style)
  return writeMembers(Object.entries(leaf), style, line)
}

export function writeMembers(members: readonly Member[], style: JsonStyle, line: string): string {
  const texts = members.map(
    ([key, value]) => writeKey(key, style) + writeJson(value, style, line + style.indent),
  )
  return enclose('{', texts, '}', style, line)
}

const writeKey = (key: string, style: JsonStyle): string =>
  writeString(key, style) + (style.indent === '' && !style.spaced ? ':' : ': ')

/** An object of members already written, around the value of `hole`, which is one of them. */
export function writeAround(
  texts: readonly (readonly [key: string, text: string])[],
  hole: string,
  style: JsonStyle,
  line: string,
): readonly [head: string, tail: string] {
  const [open, between, close] = gaps(style, line)
  const at = texts.findIndex(([key]) => key === hole)
  const before = texts.slice(0, at).map(([key, text]) => writeKey(key, style) + text + between)
  const after = texts.slice(at + 1).map(([key, text]) => between + writeKey(key, style) + text)
  return ['{' + open + before.join('') + writeKey(hole, style), after.join('') + close + '}']
}

function enclose(
  open: string,
  items: readonly string[],
  close: string,
  style: JsonStyle,
  line: string,
): string {
  if (items.length === 0) return open + close
  const [before, between, after] = gaps(style, line)
  return open + before + items.join(between) + after + close
}

/** What stands after the opening bracket, between two items (comma included), and before the closing one. */
export function gaps(style: JsonStyle, line: string): readonly [string, string, string] {
  if (style.indent === '') return ['', style.spaced ? ', ' : ',', '']
  const inner = line + style.indent
  return [inner, ',' + inner, line]
}

function writeString(text: string, style: JsonStyle): string {
  const written = JSON.stringify(text)
  return style.ascii ? written.replace(/[^ -~]/g, escape) : written
}

const escape = (unit: string): string => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')
