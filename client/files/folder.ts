// The files beside the notebook, in the relay's folder.
import { maxRequestBody } from '../../shared/protocol.ts'
import { addressOf, parse } from '../../shared/api/route.ts'
import { routes, type FolderFile, type FolderListing } from '../../shared/api/routes.ts'
import { ask, failed, type Answer } from '../document/ask.ts'

/** The folder a notebook lies in: '' or ending in `/`. */
export const folderOf = (notebook: string): string => notebook.replace(/[^/]*$/, '')

export const fileAddress = (folder: string, path: string): string => addressOf(routes.readFile, folder + path)

export const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))

/** Without what has a name that no file of a notebook can have. */
const usable = (listing: FolderListing): FolderListing => ({
  ...listing,
  files: listing.files.filter(({ path }) => isPath(path)),
  folders: listing.folders.filter(isPath),
})

export interface Heard {
  /** Names this listing. */
  readonly tag: string | null
  readonly listing: FolderListing
}

/**
 * The listing, where it comes within some milliseconds; `last` is what is known, and given again while it is true. null
 * where the relay does not answer, or has no such folder.
 */
export const hearListing = async (
  folder: string,
  within: number,
  last: Heard | null,
): Promise<Heard | null> => {
  try {
    const response = await fetch(addressOf(routes.listFiles, folder), {
      signal: AbortSignal.timeout(within),
      ...(last === null || last.tag === null ? {} : { headers: { 'if-none-match': last.tag } }),
    })
    if (response.status === 304) return last
    if (!response.ok) return null
    const parsed = parse(routes.listFiles.answer, await response.json())
    return parsed.ok ? { tag: response.headers.get('etag'), listing: usable(parsed.value) } : null
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)
      return null
    throw error
  }
}

export const listFolder = async (folder: string): Promise<Answer<{ listing: FolderListing }>> => {
  const answer = await ask(routes.listFiles, folder, undefined)
  return answer.ok ? { ok: true, listing: usable(answer.body) } : answer
}

/** Puts a file into the folder; `over` is the tag of the one it may take the place of, null for none. */
export const saveToFolder = async (
  folder: string,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  over: string | null,
): Promise<Answer<{ tag: string }>> => {
  if (bytes.length > maxRequestBody)
    return failed(`it is larger than the ${maxRequestBody >> 20} MiB that the relay takes`, 413)
  const answer: Answer<{ body: FolderFile }> = await ask(routes.writeFile, folder + path, undefined, {
    body: bytes,
    ...(over === null ? {} : { headers: { 'if-match': `"${over}"` } }),
  })
  return answer.ok ? { ok: true, tag: answer.body.tag } : answer
}
