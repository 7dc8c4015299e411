// A file of the build on disk: as it is, or compressed by the build (`.br`), or both. The published package has large
// files only compressed.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { createBrotliDecompress } from 'node:zlib'
import { isMissing } from '../disk/atomic.ts'

export interface BuiltFile {
  readonly file: string
  /** Bytes on disk. */
  readonly size: number
  readonly tag: string
  /** `decompressed`: it is compressed on disk, and the browser did not accept that. */
  readonly form: 'plain' | 'compressed' | 'decompressed'
}

const look = async (file: string, form: BuiltFile['form']): Promise<BuiltFile | null> => {
  try {
    const found = await stat(file)
    if (!found.isFile()) return null
    const tag = `"${found.size.toString(36)}-${Math.round(found.mtimeMs).toString(36)}-${form.slice(0, 1)}"`
    return { file, size: found.size, tag, form }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** `accepted`: the request's Accept-Encoding. */
export const findBuilt = async (file: string, accepted: string): Promise<BuiltFile | null> => {
  const compressed = accepted.includes('br') ? await look(`${file}.br`, 'compressed') : null
  return compressed ?? (await look(file, 'plain')) ?? look(`${file}.br`, 'decompressed')
}

export const contentHeaders = ({ size, form }: BuiltFile): OutgoingHttpHeaders => ({
  ...(form === 'decompressed' ? {} : { 'Content-Length': size }),
  ...(form === 'compressed' ? { 'Content-Encoding': 'br' } : {}),
})

export const sendContent = ({ file, form }: BuiltFile, response: ServerResponse): Promise<void> =>
  form === 'decompressed'
    ? pipeline(createReadStream(file), createBrotliDecompress(), response)
    : pipeline(createReadStream(file), response)
