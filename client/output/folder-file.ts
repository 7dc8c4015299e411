// The content of a file beside the notebook: what Python wrote in this browser, if it is newer than what is in the folder or
// the folder lacks it, else what the relay sends.
import type { FolderImage } from './folder-image.ts'
import { ownFile } from './own-file.ts'

export interface FileContent {
  readonly bytes: Uint8Array<ArrayBuffer> | ArrayBuffer
  /** Changes with the content; '' if that is not known. */
  readonly tag: string
}

/** Null: it still has this tag. Rejects with an Error that says why there is none. */
export const readFile = async (
  { path, url }: FolderImage,
  known: string | null,
): Promise<FileContent | null> => {
  const own = await ownFile(path)
  const take = async (): Promise<FileContent | null> => {
    if (own === null || own.version === known) return null
    return { bytes: await own.read(), tag: own.version }
  }
  if (own?.isNewer) return take()
  let response: Response
  try {
    response = await fetch(url, known === null ? {} : { headers: { 'if-none-match': known } })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    if (own || known !== null) return take()
    throw new Error('the relay cannot be reached, and this browser does not have the image', { cause: error })
  }
  if (known !== null && response.status === 304) return null
  if (response.ok) return { bytes: await response.arrayBuffer(), tag: response.headers.get('etag') ?? '' }
  if (own) return take()
  throw new Error(response.status === 404 ? 'file not found' : `the relay answered ${response.status}`)
}
