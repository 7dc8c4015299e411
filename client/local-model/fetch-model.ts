import { routes } from '../../shared/api/routes.ts'
import { request, type Answer } from '../document/ask.ts'

/** A model file of the notebook's folder. */
export const fetchModel = async (
  folder: string,
  name: string,
  onProgress: (share: number) => void,
): Promise<Answer<{ file: File }>> => {
  const answer = await request(routes.readFile, folder + name)
  if (!answer.ok) return answer
  const { body, headers } = answer.response
  const total = Number(headers.get('content-length'))
  const parts: Uint8Array<ArrayBuffer>[] = []
  let length = 0
  try {
    for await (const part of body ?? []) {
      parts.push(part)
      length += part.length
      if (total > 0) onProgress(Math.min(1, length / total))
    }
  } catch (error) {
    if (error instanceof TypeError)
      return { ok: false, reason: 'the connection broke off', offline: true, status: 0 }
    throw error
  }
  return { ok: true, file: new File(parts, name) }
}
