// Fetches the list of a server's models.
import type * as z from 'zod/mini'
import type { ModelDescription, ModelList } from '../../shared/model/provider.ts'
import { failureText } from './failure.ts'
import { parsedJson } from './json.ts'

/** Milliseconds. */
const timeLimit = 10_000

export interface ListRequest<T> {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly schema: z.ZodMiniType<T>
  readonly models: (answer: T) => readonly ModelDescription[]
  readonly redact: (text: string) => string
}

export const listModels = async <T>(
  { url, headers, schema, models, redact }: ListRequest<T>,
  signal: AbortSignal | null = null,
): Promise<ModelList> => {
  const timeout = AbortSignal.timeout(timeLimit)
  try {
    const response = await fetch(url, {
      headers,
      signal: signal === null ? timeout : AbortSignal.any([signal, timeout]),
    })
    const body = await response.text()
    if (!response.ok)
      return {
        ok: false,
        message: `The model server answered ${response.status} to the request for its models.`,
      }
    const parsed = schema.safeParse(parsedJson(body))
    if (!parsed.success)
      return { ok: false, message: 'The model server did not answer with a list of models.' }
    return { ok: true, models: models(parsed.data) }
  } catch (error) {
    if (timeout.aborted)
      return { ok: false, message: 'The model server did not answer the request for its models.' }
    return { ok: false, message: failureText(error, redact) }
  }
}

/** For a description; empty if the list does not say. */
export const seesIf = (sees: boolean | null | undefined): Pick<ModelDescription, 'sees'> =>
  typeof sees === 'boolean' ? { sees } : {}
