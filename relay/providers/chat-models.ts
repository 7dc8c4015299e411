// The list of models of servers with OpenAI's API, in its several forms: `{data}`, `{models}` (Ollama's names) or the array
// alone (Together), with what some say of each model. An entry of another form is passed over.
import * as z from 'zod/mini'
import type { ModelDescription } from '../../shared/model/provider.ts'
import { isRecord } from '../../shared/record.ts'
import { seesIf } from './model-list.ts'

/** Null for a value of another form, which is no reason to pass over the model. */
const orNull = <T>(schema: z.ZodMiniType<T>) =>
  z.pipe(
    z.unknown(),
    z.transform((value) => {
      const parsed = schema.safeParse(value)
      return parsed.success ? parsed.data : null
    }),
  )
const text = orNull(z.string())
const words = orNull(z.array(z.string()))
const count = orNull(z.number())

const entry = z.object({
  id: z.optional(text),
  name: z.optional(text),
  /** llama.cpp's. */
  model: z.optional(text),
  capabilities: z.optional(words),
  meta: z.optional(orNull(z.object({ n_ctx: count }))),
  /** Together's. */
  display_name: z.optional(text),
  /** OpenRouter's. */
  architecture: z.optional(orNull(z.object({ input_modalities: words }))),
  /** The context of vLLM, OpenRouter, Mistral, Groq and Lemonade. */
  max_model_len: z.optional(count),
  context_length: z.optional(count),
  max_context_length: z.optional(count),
  context_window: z.optional(count),
  max_context_window: z.optional(count),
})
type Entry = z.infer<typeof entry>

const entriesIn = (list: unknown): readonly Entry[] =>
  (Array.isArray(list) ? (list as readonly unknown[]) : []).flatMap((each) => {
    const parsed = entry.safeParse(each)
    return parsed.success ? [parsed.data] : []
  })

const contextOf = (model: Entry): number | null =>
  model.meta?.n_ctx ??
  model.max_model_len ??
  model.context_length ??
  model.max_context_length ??
  model.context_window ??
  model.max_context_window ??
  null

const listed = z.union([
  z.array(z.unknown()),
  z.object({ data: z.array(z.unknown()), models: z.optional(z.unknown()) }),
  z.object({ models: z.array(z.unknown()) }),
])

export const chatModels: z.ZodMiniType<readonly ModelDescription[]> = z.pipe(
  listed,
  z.transform((answer) => {
    const list = Array.isArray(answer) ? answer : 'data' in answer ? answer.data : answer.models
    // llama.cpp has what its model can do in a second list.
    const others = entriesIn(isRecord(answer) ? answer['models'] : [])
    const found = new Map<string, ModelDescription>()
    for (const model of entriesIn(list)) {
      const id = model.id ?? model.model ?? model.name ?? ''
      if (id === '' || found.has(id)) continue
      const modalities = model.architecture?.input_modalities
      const capabilities = others.find((other) => other.model === id)?.capabilities
      const context = contextOf(model)
      found.set(id, {
        id,
        name: model.name ?? model.display_name ?? id,
        ...seesIf(modalities ? modalities.includes('image') : capabilities?.includes('multimodal')),
        ...(context === null || context <= 0 ? {} : { context }),
      })
    }
    return [...found.values()]
  }),
)
