// A picture by OpenAI's image generations, which other servers speak as well.
import { generateImage, NoImageGeneratedError, type ImageModel } from 'ai'
import type { ModelEnd, ModelEvent } from '../../shared/model/provider.ts'

export async function* pictureOf(
  model: ImageModel,
  prompt: string,
  signal: AbortSignal,
  failed: (error: unknown) => ModelEnd,
): AsyncGenerator<ModelEvent, void, undefined> {
  try {
    const { images } = await generateImage({ model, prompt, maxRetries: 2, abortSignal: signal })
    for (const { base64, mediaType } of images) yield { type: 'picture', mime: mediaType, value: base64 }
    yield { type: 'end', reason: 'done' }
  } catch (error) {
    yield NoImageGeneratedError.isInstance(error)
      ? { type: 'end', reason: 'error', message: 'The model gave no picture.' }
      : failed(error)
  }
}

/** OpenAI's own models of this name always answer in base64, and refuse to be asked for it. */
const saysItself = /^(chatgpt|gpt)-image\b/

/** What the library sends, as such a model takes it. */
export const fetchPicture: typeof fetch = async (address, init) => {
  if (typeof init?.body !== 'string') return fetch(address, init)
  const { response_format, ...body } = JSON.parse(init.body) as Readonly<Record<string, unknown>>
  const asked = saysItself.test(String(body['model'])) ? body : { ...body, response_format }
  return fetch(address, { ...init, body: JSON.stringify(asked) })
}
