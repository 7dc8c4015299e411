import { maxDepth, isRawJson, leafOf } from '../notebook/leaf.ts'
import type { Leaf } from '../notebook/notebook.ts'
import { readJson, type Member } from './json-read.ts'

export interface JsonStyle {
  /** Indentation per level; '' for a single line. */
  readonly indent: string
  /** On a single line: `, ` and `: ` like Python, not `,` and `:` like JavaScript. */
  readonly spaced: boolean
  /** Escape everything except printable ASCII. */
  readonly ascii: boolean
}

/** `line`: line break and indentation where the value starts. `depth`: how many lists and objects it is nested in. */
export const writeJson = (leaf: Leaf, style: JsonStyle, line = '\n', depth = 0): string => {
  const pieces: string[] = []
  write(leafOf(leaf, maxDepth - depth), style, line, pieces)
  return pieces.join('')
}

export const writeMembers = (
  members: readonly Member[],
  style: JsonStyle,
  line: string,
  depth = 0,
): string => {
  const texts = members.map(
    ([key, value]) => writeKey(key, style) + writeJson(value, style, line + style.indent, depth + 1),
  )
  if (texts.length === 0) return '{}'
  const [before, between, after] = gaps(style, line)
  return `{${before}${texts.join(between)}${after}}`
}

/** One stack frame per level, and each text is copied once regardless of depth. */
const write = (leaf: Leaf, style: JsonStyle, line: string, pieces: string[]): void => {
  if (typeof leaf === 'string') pieces.push(writeString(leaf, style))
  else if (typeof leaf !== 'object' || leaf === null) pieces.push(JSON.stringify(leaf))
  else if (isRawJson(leaf)) pieces.push(writeRaw(leaf.$json, style))
  else {
    const isList = Array.isArray(leaf)
    const [before, between, after] = gaps(style, line)
    let count = 0
    pieces.push(isList ? '[' : '{')
    for (const [key, item] of isList ? (leaf as readonly Leaf[]).entries() : Object.entries(leaf)) {
      pieces.push(count++ === 0 ? before : between)
      if (typeof key === 'string') pieces.push(writeKey(key, style))
      write(item, style, line + style.indent, pieces)
    }
    if (count > 0) pieces.push(after)
    pieces.push(isList ? ']' : '}')
  }
}

/** Peers can write anything: text that is not JSON must not break the file. */
const writeRaw = (json: string, style: JsonStyle): string =>
  readJson(json).ok ? json : writeString(json, style)

const writeKey = (key: string, style: JsonStyle): string =>
  writeString(key, style) + (style.indent === '' && !style.spaced ? ':' : ': ')

/** The text of an object before and after the value of the member `hole`. */
export const writeAround = (
  texts: readonly (readonly [key: string, text: string])[],
  hole: string,
  style: JsonStyle,
  line: string,
): readonly [head: string, tail: string] => {
  const [open, between, close] = gaps(style, line)
  const at = texts.findIndex(([key]) => key === hole)
  const before = texts.slice(0, at).map(([key, text]) => writeKey(key, style) + text + between)
  const after = texts.slice(at + 1).map(([key, text]) => between + writeKey(key, style) + text)
  return ['{' + open + before.join('') + writeKey(hole, style), after.join('') + close + '}']
}

/** The text after the opening bracket, between items (including the comma), and before the closing bracket. */
export const gaps = (style: JsonStyle, line: string): readonly [string, string, string] => {
  if (style.indent === '') return ['', style.spaced ? ', ' : ',', '']
  const inner = line + style.indent
  return [inner, ',' + inner, line]
}

const writeString = (text: string, style: JsonStyle): string => {
  const written = JSON.stringify(text)
  return style.ascii ? written.replace(/[^ -~]/g, escapeUnit) : written
}

const escapeUnit = (unit: string): string => '\\u' + unit.charCodeAt(0).toString(16).padStart(4, '0')
