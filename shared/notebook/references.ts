// References of a prompt as looked up in the kernel of the person who ran it; see mentioned.ts.
import { isRecord } from '../record.ts'
import { leafOf } from './leaf.ts'
import type { Leaf, Leaves } from './notebook.ts'

/** Per prompt. */
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
      /** Its result must be awaited. */
      readonly awaited?: true
    }
  /** A function that is not offered, and why. */
  | { readonly name: string; readonly refused: string }

export type OfferedFunction = Extract<Reference, { readonly parameters: Leaves }>

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

/** Allowed by providers and Python. */
const isToolName = (name: string): boolean => /^[a-zA-Z_]\w{0,63}$/.test(name)

/** Validated: anybody may have written them. */
export const readReferences = (value: unknown): readonly Reference[] =>
  Array.isArray(value)
    ? value.slice(0, maxReferences).flatMap((leaf) => readReference(leafOf(leaf)) ?? [])
    : []

export const referencesLeaf = (references: readonly Reference[]): Leaf =>
  references.map((reference) => ({ ...reference }))
