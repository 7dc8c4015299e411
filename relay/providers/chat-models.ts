// The list of models of servers with OpenAI's API, in its several forms: `{data}`, `{models}` (Ollama's names) or the array
// alone (Together), with what some say of each model. An entry of another form is passed over.
import * as z from 'zod/mini'
import type { ModelDescription } from '../../shared/model/provider.ts'
import { isRecord } from '../../shared/record.ts'
import { seesIf } from './model-list.ts'

const words = z.catch(z.nullish(z.array(z.string())), null)
const count = z.catch(z.nullish(z.number()), null)

const entry = z.object({
  id: z.catch(z.nullish(z.string()), null),
  name: z.catch(z.nullish(z.string()), null),
  /** llama.cpp's. */
  model: z.catch(z.nullish(z.string()), null),
  capabilities: words,
  meta: z.catch(z.nullish(z.object({ n_ctx: count })), null),
  /** Together's. */
  display_name: z.catch(z.nullish(z.string()), null),
  /** OpenRouter's. */
  architecture: z.catch(z.nullish(z.object({ input_modalities: words })), null),
  /** The context of vLLM, OpenRouter, Mistral, Groq and Lemonade. */
  max_model_len: count,
  context_length: count,
  max_context_length: count,
  context_window: count,
  max_context_window: count,
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
