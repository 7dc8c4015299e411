// The description of a tool that models may call. The lists of several sources are combined when a run starts.
import type * as Y from 'yjs'
import * as z from 'zod/mini'
import type { ToolDefinition } from '../model/provider.ts'
import type { FindBlob } from '../notebook/document/blob-references.ts'
import type { Caller } from '../notebook/document/calls.ts'
import type { Leaf, Leaves } from '../notebook/notebook.ts'
import type { SeenSources } from './seen-sources.ts'
import type { ToolResult } from './tool-result.ts'

/**
 * read: runs at once · edit: changes the notebook at once, for people to review · run: executes code, after the person
 * who ran the prompt has agreed to that very call, on their own page.
 */
type Tier = 'read' | 'edit' | 'run'

/** The calling run. */
export interface ToolPlace {
  readonly doc: Y.Doc
  readonly caller: Caller
  /** The id of the run, or of the answer in a thread: all its edits are one group. */
  readonly run: string
  /** The model's name for people. */
  readonly by: string
  readonly findBlob: FindBlob
  readonly seen: SeenSources
}

/** Executed by the relay. */
export interface RelayTool extends ToolDefinition {
  readonly executor: 'relay'
  readonly tier: Exclude<Tier, 'run'>
  readonly run: (input: Leaf, place: ToolPlace) => ToolResult | Promise<ToolResult>
}

/** Executed by the kernel of the person who ran the prompt, on their page (client/kernel/tool-calls.ts). */
export interface KernelTool extends ToolDefinition {
  readonly executor: 'kernel'
  readonly tier: Exclude<Tier, 'edit'>
  /** Exactly what will be executed, as shown to the person; or why it cannot be. */
  readonly exact: (input: Leaf, place: ToolPlace) => ToolResult
}

export type Tool = RelayTool | KernelTool

interface Described<Input> extends Omit<ToolDefinition, 'parameters'> {
  readonly input: z.ZodMiniType<Input>
}

const parametersOf = (schema: z.ZodMiniType): Leaves => {
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: 'input' })
  return parameters as unknown as Leaves
}

/** The input, or its problems. */
const parsed = <Input>(
  schema: z.ZodMiniType<Input>,
  input: Leaf,
): { readonly ok: true; readonly input: Input } | (ToolResult & { readonly ok: false }) => {
  const result = schema.safeParse(input)
  if (result.success) return { ok: true, input: result.data }
  const problems = result.error.issues.map((issue) => {
    const expected = 'expected' in issue ? `must be of type ${issue.expected}` : issue.message
    return `${issue.path.join('.') || 'the input'}: ${expected}`
  })
  return { ok: false, text: `The arguments are invalid. ${problems.join('; ')}.` }
}

/** Calls `act` with valid arguments only. */
const checked =
  <Input, Result>(schema: z.ZodMiniType<Input>, act: (input: Input, place: ToolPlace) => Result) =>
  (input: Leaf, place: ToolPlace): Result | ToolResult => {
    const given = parsed(schema, input)
    return given.ok ? act(given.input, place) : given
  }

export const relayTool = <Input>(
  tier: RelayTool['tier'],
  { input, ...named }: Described<Input>,
  run: (input: Input, place: ToolPlace) => ToolResult | Promise<ToolResult>,
): RelayTool => ({
  executor: 'relay',
  tier,
  ...named,
  parameters: parametersOf(input),
  run: checked(input, run),
})

export const kernelTool = <Input>(
  tier: KernelTool['tier'],
  { input, ...named }: Described<Input>,
  exact: (input: Input, place: ToolPlace) => ToolResult,
): KernelTool => ({
  executor: 'kernel',
  tier,
  ...named,
  parameters: parametersOf(input),
  exact: checked(input, exact),
})
