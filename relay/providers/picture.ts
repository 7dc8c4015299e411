// Image generation with OpenAI's API, which other servers implement too.
import type { ImageModelV3 } from '@ai-sdk/provider'
import type { ModelEnd, ModelEvent, ModelList, Provider } from '../../shared/model/provider.ts'
import { linkedAbort } from './abort.ts'
import { failureText } from './failure.ts'

export interface PictureSource {
  /** Null for the first model whose name looks like an image model. */
  readonly imageModel: string | null
  readonly list: (signal: AbortSignal) => Promise<ModelList>
  readonly model: (id: string) => Promise<ImageModelV3>
  readonly redact: (text: string) => string
}

const imageModelName = /image|dall-?e|diffusion|flux/i
const interrupted: ModelEnd = { type: 'end', reason: 'interrupted' }

export const picturesOf = ({
  imageModel,
  list,
  model,
  redact,
}: PictureSource): NonNullable<Provider['image']> => {
  const found = async (named: string, signal: AbortSignal): Promise<{ id: string } | { problem: string }> => {
    if (named !== '') return { id: named }
    if (imageModel !== null) return { id: imageModel }
    const listed = await list(signal)
    if (!listed.ok) return { problem: listed.message }
    const drawing = listed.models.find(({ id }) => imageModelName.test(id))
    return drawing ?? { problem: 'The model server offers no image model. Set LLM_IMAGE_MODEL.' }
  }
  return async function* (request, stop) {
    const { signal, release } = linkedAbort(stop)
    try {
      const named = await found(request.model, signal)
      const events: AsyncIterable<ModelEvent> | readonly ModelEvent[] =
        'problem' in named
          ? [{ type: 'end', reason: 'error', message: named.problem }]
          : pictureOf(() => model(named.id), request.prompt, signal, redact)
      for await (const event of events) yield signal.aborted ? interrupted : event
    } finally {
      release()
    }
  }
}

/** Never retried, because each generated picture costs money. */
const pictureOf = async function* (
  model: () => Promise<ImageModelV3>,
  prompt: string,
  signal: AbortSignal,
  redact: (text: string) => string,
): AsyncGenerator<ModelEvent, void, undefined> {
  const { generateImage, NoImageGeneratedError } = await import('ai')
  try {
    const { images } = await generateImage({
      model: await model(),
      prompt,
      maxRetries: 0,
      abortSignal: signal,
    })
    for (const { base64, mediaType } of images) yield { type: 'picture', mime: mediaType, value: base64 }
    yield { type: 'end', reason: 'done' }
  } catch (error) {
    const message = NoImageGeneratedError.isInstance(error)
      ? 'The model returned no image.'
      : failureText(error, redact)
    yield { type: 'end', reason: 'error', message }
  }
}

/** OpenAI's models that always answer in base64 and reject `response_format`. */
const alwaysBase64 = /^(chatgpt|gpt)-image\b/

/** Removes `response_format` for models that reject it. */
export const fetchPicture: typeof fetch = async (url, init) => {
  if (typeof init?.body !== 'string') return fetch(url, init)
  const { response_format, ...body } = JSON.parse(init.body) as Readonly<Record<string, unknown>>
  const adapted = alwaysBase64.test(String(body['model'])) ? body : { ...body, response_format }
  return fetch(url, { ...init, body: JSON.stringify(adapted) })
}
