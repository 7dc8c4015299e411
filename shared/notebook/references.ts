// What prompts and notes refer to in the kernel of whoever runs the prompt: $`expr`, a live value, and &`f` or &`[f, g]`,
// functions for the model to call. Not in code, which is where one writes about them, in two backticks for example.
import { isRecord } from '../record.ts'
import { leafOf } from './leaf.ts'
import type { Leaf, Leaves } from './notebook.ts'

/** Of one prompt. */
export const maxReferences = 50
const maxValue = 600
const maxDescription = 5_000

/** A reference as it was looked up when the prompt ran. */
export type Reference =
  /** `text` is its repr; if that failed, why. */
  | { readonly value: string; readonly text: string; readonly failed?: true }
  | {
      readonly name: string
      readonly description: string
      /** A JSON Schema of type object. */
      readonly parameters: Leaves
      /** It has to be awaited. */
      readonly awaited?: true
    }
  /** A function that is not offered, and why. */
  | { readonly name: string; readonly refused: string }

export type OfferedFunction = Extract<Reference, { readonly parameters: Leaves }>

export interface Mentioned {
  /** Python expressions. */
  readonly values: readonly string[]
  readonly functions: readonly string[]
}

const withoutFences = (markdown: string): string => {
  let fence: string | null = null
  return markdown
    .split('\n')
    .map((line) => {
      const [, mark = ''] = /^ {0,3}(`{3,}|~{3,})/.exec(line) ?? []
      if (fence === null) {
        if (mark === '') return line
        fence = mark
      } else if (mark.startsWith(fence) && line.trim() === mark) fence = null
      return ''
    })
    .join('\n')
}

const codeSpan = /(?<!`)(`+)(?!`)((?:(?!\n\s*\n)[^])*?)(?<!`)\1(?!`)/g

/** In order, each once. A dollar behind it, too, makes it a formula, as on other pages; a backslash before it a text. */
export const mentionedIn = (markdown: string): Mentioned => {
  const text = withoutFences(markdown)
  const [values, functions] = [new Set<string>(), new Set<string>()]
  for (const { 1: ticks, 2: inner = '', 0: whole, index } of text.matchAll(codeSpan)) {
    const sign = text.charAt(index - 1)
    const code = inner.trim()
    if (ticks !== '`' || code === '' || text.charAt(index - 2) === '\\') continue
    if (sign === '$' && text.charAt(index + whole.length) !== '$') values.add(code)
    if (sign === '&')
      for (const name of code.replace(/^\[(.*)\]$/s, '$1').split(','))
        if (name.trim() !== '') functions.add(name.trim())
  }
  return { values: [...values], functions: [...functions] }
}

const readReference = (leaf: unknown): Reference | null => {
  if (!isRecord(leaf)) return null
  const { value, text, failed, name, description, parameters, refused, awaited } = leaf
  if (typeof value === 'string' && typeof text === 'string')
    return { value, text: text.slice(0, maxValue), ...(failed === true ? { failed } : {}) }
  if (typeof name !== 'string') return null
  if (typeof refused === 'string') return { name, refused: refused.slice(0, maxValue) }
  if (typeof description !== 'string' || !isRecord(parameters) || !isToolName(name)) return null
  return {
    name,
    description: description.slice(0, maxDescription),
    parameters: parameters as Leaves,
    ...(awaited === true ? { awaited } : {}),
  }
}

/** As providers allow it, and Python. */
const isToolName = (name: string): boolean => /^[a-zA-Z_]\w{0,63}$/.test(name)

/** Checked: anybody may have written them. */
export const readReferences = (value: unknown): readonly Reference[] =>
  Array.isArray(value)
    ? value.slice(0, maxReferences).flatMap((leaf) => readReference(leafOf(leaf)) ?? [])
    : []

export const referencesLeaf = (references: readonly Reference[]): Leaf =>
  references.map((reference) => ({ ...reference }))
