import { maxDepth, isRawJson } from '../notebook/leaf.ts'
import type { Leaf } from '../notebook/notebook.ts'

// Lossless conversion of JSON text to leaves: the smallest value that a JavaScript object or Yjs cannot represent becomes
// `{$json: text}`. NaN and ±Infinity are accepted, because Python writes them. White space and escapes are not kept here;
// see verbatim.ts.

export type Member = readonly [key: string, value: Leaf]
/** A value and its position: text.slice(start, end). */
export interface Span {
  readonly value: Leaf
  readonly start: number
  readonly end: number
}
export interface MemberSpan extends Span {
  readonly key: string
}
export type JsonRead<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly at: number; readonly reason: string }

const quote = 34
const backslash = 92
const loneSurrogate = /\p{Surrogate}/u
const token = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN|true|false|null/y

/** A key that objects lose (`__proto__`), that Yjs rejects (`constructor`), or that has a meaning here (`$json`). */
export const isReservedKey = (key: string): boolean =>
  key === '__proto__' || key === 'constructor' || key === '$json' || hasLoneSurrogate(key)

export const hasLoneSurrogate = (text: string): boolean => loneSurrogate.test(text)

/** `depth`: how many lists and objects the text is nested in. */
export const readJson = (text: string, depth = 0): JsonRead<Leaf> =>
  attempt(text, (reader) => reader.whole(() => reader.value()), 0, depth)

/** The members of an object, including repeated keys. */
export const readMembers = (text: string): JsonRead<readonly MemberSpan[]> =>
  attempt(text, (reader) => reader.whole(() => reader.members()))

/** The items of the array at `at`. */
export const readItems = (text: string, at: number): JsonRead<readonly Span[]> =>
  attempt(text, (reader) => reader.items(), at)

/** The members of an object leaf, including reserved and repeated keys; null if the leaf is not an object. */
export const membersOf = (leaf: Leaf | undefined): readonly Member[] | null => {
  if (typeof leaf !== 'object' || leaf === null || Array.isArray(leaf)) return null
  if (!isRawJson(leaf)) return Object.entries(leaf)
  const read = readMembers(leaf.$json)
  return read.ok ? read.value.map(({ key, value }) => [key, value]) : null
}

/** The string of a leaf, including one with a lone surrogate. */
export const stringOf = (leaf: Leaf | undefined): string | null => {
  if (typeof leaf === 'string') return leaf
  if (leaf === undefined || !isRawJson(leaf) || !leaf.$json.startsWith('"')) return null
  try {
    return JSON.parse(leaf.$json) as string
  } catch {
    return null
  }
}

/** The number of a leaf, including one written as 4.0. */
export const numberOf = (leaf: Leaf | undefined): number | null => {
  if (leaf === undefined || leaf === null || typeof leaf === 'number') return leaf ?? null
  if (!isRawJson(leaf)) return null
  const number = Number(leaf.$json)
  return Number.isFinite(number) ? number : null
}

class SyntaxFailure extends Error {
  constructor(
    readonly at: number,
    reason: string,
  ) {
    super(reason)
  }
}

const attempt = <T>(text: string, read: (reader: Reader) => T, at = 0, depth = 0): JsonRead<T> => {
  try {
    return { ok: true, value: read(new Reader(text, at, depth)) }
  } catch (failure) {
    if (failure instanceof SyntaxFailure) return { ok: false, at: failure.at, reason: failure.message }
    throw failure
  }
}

/** Recursive descent, two stack frames per level. Throws a SyntaxFailure, which `attempt` turns into a result. */
class Reader {
  constructor(
    private readonly text: string,
    private at: number,
    private depth: number,
  ) {}

  whole<T>(read: () => T): T {
    this.space()
    const value = read()
    this.space()
    if (this.at < this.text.length) this.fail('text after the end of the JSON')
    return value
  }

  value(): Leaf {
    switch (this.text.charAt(this.at)) {
      case '{':
        return this.object()
      case '[':
        return this.list()
      case '"':
        return this.stringLeaf()
      default:
        return this.literal()
    }
  }

  members(): readonly MemberSpan[] {
    const found: MemberSpan[] = []
    for (let more = this.begin('{', '}'); more; more = this.advance('}'))
      found.push({ key: this.key(), ...this.span() })
    return found
  }

  items(): readonly Span[] {
    const found: Span[] = []
    for (let more = this.begin('[', ']'); more; more = this.advance(']')) found.push(this.span())
    return found
  }

  private key(): string {
    if (this.text[this.at] !== '"') this.fail(this.commaTooMany() ?? 'expected a key in double quotes')
    const key = this.string()
    this.space()
    this.take(':')
    this.space()
    return key
  }

  private span(): Span {
    const start = this.at
    const value = this.value()
    return { value, start, end: this.at }
  }

  /** Moves to the first item; false if there is none. */
  private begin(open: string, close: string): boolean {
    this.take(open)
    if (++this.depth > maxDepth) this.fail(`nested more than ${maxDepth} deep`)
    this.space()
    return this.text[this.at] !== close || this.end(close)
  }

  /** Moves to the next item; false if there is none. */
  private advance(close: string): boolean {
    this.space()
    if (this.text[this.at] !== ',') return this.end(close)
    this.at++
    this.space()
    return true
  }

  private end(close: string): false {
    this.take(close)
    this.depth--
    return false
  }

  private list(): Leaf {
    const items: Leaf[] = []
    for (let more = this.begin('[', ']'); more; more = this.advance(']')) items.push(this.value())
    return items
  }

  private object(): Leaf {
    const start = this.at
    const written: string[] = []
    const members: Member[] = []
    for (let more = this.begin('{', '}'); more; more = this.advance('}')) {
      const key = this.key()
      written.push(key)
      members.push([key, this.value()])
    }
    const leaf = Object.fromEntries(members)
    const keys = Object.keys(leaf)
    const asWritten = keys.length === written.length && written.every((key, index) => key === keys[index])
    const isLossless = asWritten && !keys.some(isReservedKey)
    return isLossless ? leaf : { $json: this.text.slice(start, this.at) }
  }

  private stringLeaf(): Leaf {
    const start = this.at
    const value = this.string()
    return hasLoneSurrogate(value) ? { $json: this.text.slice(start, this.at) } : value
  }

  private string(): string {
    const start = this.at
    let end = start + 1
    for (;;) {
      const code = this.text.charCodeAt(end)
      if (code === quote) break
      if (!(code >= 32)) this.fail('a line break or control character inside a string', end)
      end += code === backslash ? 2 : 1
    }
    this.at = end + 1
    try {
      return JSON.parse(this.text.slice(start, this.at)) as string
    } catch {
      return this.fail('a string with an unknown escape', start)
    }
  }

  private literal(): Leaf {
    token.lastIndex = this.at
    const text = token.exec(this.text)?.[0]
    if (text === undefined) this.fail(this.commaTooMany() ?? 'expected a value')
    this.at += text.length
    if (text === 'null') return null
    if (text === 'true' || text === 'false') return text === 'true'
    const number = Number(text)
    return Number.isFinite(number) && String(number) === text ? number : { $json: text }
  }

  /** The most frequent mistake of people. */
  private commaTooMany(): string | null {
    const here = this.text[this.at] ?? ''
    const isAfterComma = /,\s*$/.test(this.text.slice(Math.max(0, this.at - 200), this.at))
    return isAfterComma && ',}]'.includes(here) ? `a comma too many before ${here}` : null
  }

  private take(expected: string): void {
    if (this.text[this.at] !== expected) this.fail(`expected ${expected}`)
    this.at++
  }

  private space(): void {
    let code = this.text.charCodeAt(this.at)
    while (code === 32 || code === 10 || code === 13 || code === 9) code = this.text.charCodeAt(++this.at)
  }

  private fail(reason: string, at = this.at): never {
    const end = this.text.trimEnd().length
    throw at >= end
      ? new SyntaxFailure(end, 'the file ends in the middle (truncated JSON)')
      : new SyntaxFailure(at, reason)
  }
}
