// What Python answers to questions (protocol.ts). Parsed, because cells' code can send anything.
import * as z from 'zod/mini'
import { parse, type Parsed } from '../../shared/api/route.ts'
import type { Query } from './protocol.ts'

const texts = z.array(z.string())
const numbers = z.array(z.number())

const variable = z.object({
  name: z.string(),
  type: z.string(),
  size: z.string(),
  value: z.string(),
  /** Whether it can be shown as a table. */
  table: z.boolean(),
})

const frameColumn = z.object({
  name: z.string(),
  type: z.string(),
  missing: z.number(),
  /** Empty where there is none. */
  min: z.string(),
  mean: z.string(),
  max: z.string(),
  /** A histogram of a sample of its values, in equal parts from `min` to `max`; empty if they are not numbers. */
  counts: numbers,
})

const answers = {
  complete: z.object({
    /** The end of `before` that an option replaces. */
    prefix: z.string(),
    /** Text and kind. */
    options: z.array(z.tuple([z.string(), z.string()])),
  }),
  hint: z.object({
    /** The name with its signature, or its type. */
    title: z.string(),
    value: z.string(),
    size: z.string(),
    /** The documentation. */
    text: z.string(),
  }),
  variables: z.object({
    rows: z.array(variable),
    /** How many were omitted. */
    more: z.number(),
  }),
  /** A fault is where the syntax is wrong, counted from 1; missing: there is no formatter. */
  format: z.union([
    z.object({ outcome: z.literal('text'), text: z.string() }),
    z.object({ outcome: z.literal('fault'), line: z.number(), column: z.number(), why: z.string() }),
    z.object({ outcome: z.literal('missing') }),
  ]),
  table: z.object({
    columns: texts,
    columnsLeftOut: z.number(),
    /** The number of all rows. */
    total: z.number(),
    /** The index and cells of each. */
    rows: z.array(texts),
  }),
  /** To be parsed. */
  references: z.object({ references: z.array(z.unknown()) }),
  'frame-rows': z.object({
    /** The names of the levels of the index. */
    index: texts,
    columns: texts,
    columnsLeftOut: z.number(),
    all: z.number(),
    /** Of those that have the text. */
    total: z.number(),
    /** Each begins with its index. */
    rows: z.array(texts),
  }),
  'frame-profile': z.object({ all: z.number(), columns: z.array(frameColumn) }),
  'frame-values': z.object({
    /** Of how many rows there is one value. */
    step: z.number(),
    values: z.array(z.nullable(z.number())),
  }),
}

/** By query type. */
export type Answers = { readonly [T in Query['type']]: Parsed<(typeof answers)[T]> }
export type Completions = Answers['complete']
export type Hint = Answers['hint']
export type Variable = Parsed<typeof variable>
export type Variables = Answers['variables']
export type Formatted = Answers['format']
export type Table = Answers['table']
export type FrameRows = Answers['frame-rows']
export type FrameColumn = Parsed<typeof frameColumn>
export type FrameProfile = Answers['frame-profile']
export type FrameValues = Answers['frame-values']

/** Null if missing or invalid. */
export const parseAnswer = <T extends Query['type']>(type: T, value: unknown): Answers[T] | null => {
  const parsed = parse(answers[type], value)
  return parsed.ok ? (parsed.value as Answers[T]) : null
}
