// Image generation with OpenAI's API, which other servers implement too.
import { generateImage, NoImageGeneratedError, type ImageModel } from 'ai'
import type { ModelEnd, ModelEvent } from '../../shared/model/provider.ts'

/** Asked for once: a picture that was made and lost has cost something. */
export const pictureOf = async function* (
  model: ImageModel,
  prompt: string,
  signal: AbortSignal,
  failed: (error: unknown) => ModelEnd,
): AsyncGenerator<ModelEvent, void, undefined> {
  try {
    const { images } = await generateImage({ model, prompt, maxRetries: 0, abortSignal: signal })
    for (const { base64, mediaType } of images) yield { type: 'picture', mime: mediaType, value: base64 }
    yield { type: 'end', reason: 'done' }
  } catch (error) {
    yield NoImageGeneratedError.isInstance(error)
      ? { type: 'end', reason: 'error', message: 'The model returned no image.' }
      : failed(error)
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
