import { deepest, isRawJson, leafOf } from '../notebook/leaf.ts'
import type { Leaf } from '../notebook/notebook.ts'
import { readJson, type Member } from './json-read.ts'

export interface JsonStyle {
  /** One level; '' puts everything on one line. */
  readonly indent: string
  /** On one line: `, ` and `: ` as Python writes, not `,` and `:` as JavaScript does. */
  readonly spaced: boolean
  /** Everything but printable ASCII is escaped. */
  readonly ascii: boolean
}

/**
 * `line` is the line break with the indentation of the line on which the value starts; `inside`: so many lists and
 * objects stand around it in the file.
 */
export function writeJson(leaf: Leaf, style: JsonStyle, line = '\n', inside = 0): string {
  const pieces: string[] = []
  write(leafOf(leaf, deepest - inside), style, line, pieces)
  return pieces.join('')
}

export function writeMembers(members: readonly Member[], style: JsonStyle, line: string, inside = 0): string {
  const texts = members.map(
    ([key, value]) => writeKey(key, style) + writeJson(value, style, line + style.indent, inside + 1),
  )
  return enclose('{', texts, '}', style, line)
}

/** One stack frame a level, and each text is copied once however deep it lies. */
function write(leaf: Leaf, style: JsonStyle, line: string, pieces: string[]): void {
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

/** A peer may have written anything: text that is not JSON must not break the file. */
function writeRaw(json: string, style: JsonStyle): string {
  return readJson(json).ok ? json : writeString(json, style)
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
