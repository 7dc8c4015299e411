// Client for the relay's API of the files in the notebook's folder.
import { toBrowserPath } from '../base-path.ts'
import { maxRequestBody } from '../../shared/protocol.ts'
import { urlOf, parse } from '../../shared/api/route.ts'
import { routes, type FolderFile, type FolderListing } from '../../shared/api/routes.ts'
import { ask, failed, type Answer } from '../document/ask.ts'

/** The notebook's folder: '' or ending in `/`. */
export const folderOf = (notebook: string): string => notebook.replace(/[^/]*$/, '')

export const fileUrl = (folder: string, path: string): string =>
  toBrowserPath(urlOf(routes.readFile, folder + path))

/** Whether the relay has a file there that is not a notebook; also false if it does not answer. */
export const isPlainFile = (path: string): Promise<boolean> =>
  fetch(fileUrl('', path), { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  )

export const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))

/** Removes entries with unsupported names. */
const withValidPaths = (listing: FolderListing): FolderListing => ({
  ...listing,
  files: listing.files.filter(({ path }) => isPath(path)),
  folders: listing.folders.filter(isPath),
})

export interface TaggedListing {
  /** The ETag of the listing. */
  readonly tag: string | null
  readonly listing: FolderListing
}

/**
 * Fetches the listing with a timeout of `within` milliseconds. Returns `last` if it is still valid, and null if the relay
 * does not answer in time or does not have the folder.
 */
export const fetchListing = async (
  folder: string,
  within: number,
  last: TaggedListing | null,
): Promise<TaggedListing | null> => {
  try {
    const response = await fetch(toBrowserPath(urlOf(routes.listFiles, folder)), {
      signal: AbortSignal.timeout(within),
      ...(last === null || last.tag === null ? {} : { headers: { 'if-none-match': last.tag } }),
    })
    if (response.status === 304) return last
    if (!response.ok) return null
    const parsed = parse(routes.listFiles.answer, await response.json())
    return parsed.ok ? { tag: response.headers.get('etag'), listing: withValidPaths(parsed.value) } : null
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)
      return null
    throw error
  }
}

export const listFolder = async (folder: string): Promise<Answer<{ listing: FolderListing }>> => {
  const answer = await ask(routes.listFiles, folder, undefined)
  return answer.ok ? { ok: true, listing: withValidPaths(answer.body) } : answer
}

/** Writes a file to the folder. `over` is the tag of the file it may replace; null if it must not exist. */
export const saveToFolder = async (
  folder: string,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  over: string | null,
): Promise<Answer<{ tag: string }>> => {
  if (bytes.length > maxRequestBody)
    return failed(`it is larger than the relay's limit of ${maxRequestBody >> 20} MiB`, 413)
  const answer: Answer<{ body: FolderFile }> = await ask(routes.writeFile, folder + path, undefined, {
    body: bytes,
    ...(over === null ? {} : { headers: { 'if-match': `"${over}"` } }),
  })
  return answer.ok ? { ok: true, tag: answer.body.tag } : answer
}
