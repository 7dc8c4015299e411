// Client for the relay's API of the files in the notebook's folder.
import { maxRequestBody } from '../../shared/protocol.ts'
import { ask, isRecord, reasonIn, urlOf, type Answer } from '../document/library.ts'

export interface FolderFile {
  /** Relative to the notebook's folder. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Changes with each write. */
  readonly tag: string
}

export interface FolderListing {
  readonly files: readonly FolderFile[]
  readonly folders: readonly string[]
  /** Files with unsupported names, and the reason. */
  readonly unnamed: readonly { readonly path: string; readonly reason: string }[]
  /** The list is truncated. */
  readonly more: boolean
}

/** The notebook's folder: '' or ending in `/`. */
export const folderOf = (notebook: string): string => notebook.replace(/[^/]*$/, '')

export const fileAddress = (folder: string, path: string): string => `/api/files/${urlOf(folder + path)}`

export const isPath = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.split('/').every((name) => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))

const parseFile = (value: unknown): FolderFile | null => {
  if (!isRecord(value) || !isPath(value['path']) || typeof value['tag'] !== 'string') return null
  const { path, size, modified, tag } = value
  return typeof size === 'number' && typeof modified === 'number' ? { path, size, modified, tag } : null
}

const parseListing = (value: unknown): FolderListing | null => {
  if (!isRecord(value) || !Array.isArray(value['files']) || !Array.isArray(value['folders'])) return null
  return {
    files: value['files'].map(parseFile).filter((file) => file !== null),
    folders: value['folders'].filter(isPath),
    unnamed: (Array.isArray(value['unnamed']) ? value['unnamed'] : []).flatMap((entry: unknown) =>
      isRecord(entry) && typeof entry['path'] === 'string' && typeof entry['reason'] === 'string'
        ? [{ path: entry['path'], reason: entry['reason'] }]
        : [],
    ),
    more: value['more'] === true,
  }
}

export interface Heard {
  /** The ETag of the listing. */
  readonly tag: string | null
  readonly listing: FolderListing
}

/**
 * Fetches the listing with a timeout of `within` milliseconds. Returns `last` if it is still valid, and null if the relay
 * does not answer in time or does not have the folder.
 */
export const hearListing = async (
  folder: string,
  within: number,
  last: Heard | null,
): Promise<Heard | null> => {
  try {
    const response = await fetch(`/api/files/${urlOf(folder)}`, {
      signal: AbortSignal.timeout(within),
      ...(last === null || last.tag === null ? {} : { headers: { 'if-none-match': last.tag } }),
    })
    if (response.status === 304) return last
    const listing = response.ok ? parseListing(await response.json()) : null
    return listing === null ? null : { tag: response.headers.get('etag'), listing }
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException || error instanceof SyntaxError)
      return null
    throw error
  }
}

export const listFolder = async (folder: string): Promise<Answer<{ listing: FolderListing }>> => {
  const answer = await ask(`/api/files/${urlOf(folder)}`, 'GET')
  if (!answer.ok) return answer
  const listing = parseListing(answer.body)
  return listing === null
    ? { ok: false, offline: false, status: 0, reason: 'invalid answer from the relay' }
    : { ok: true, listing }
}

/** Writes a file to the folder. `over` is the tag of the file it may replace; null if it must not exist. */
export const saveToFolder = async (
  folder: string,
  path: string,
  bytes: Uint8Array<ArrayBuffer>,
  over: string | null,
): Promise<Answer<{ tag: string }>> => {
  const failed = (reason: string, status: number): Answer<never> => ({
    ok: false,
    reason,
    offline: status === 0,
    status,
  })
  if (bytes.length > maxRequestBody)
    return failed(`it is larger than the relay's limit of ${maxRequestBody >> 20} MiB`, 413)
  try {
    const response = await fetch(fileAddress(folder, path), {
      method: 'PUT',
      body: bytes,
      ...(over === null ? {} : { headers: { 'if-match': `"${over}"` } }),
    })
    const answer: unknown = await response.json()
    if (response.ok && isRecord(answer) && typeof answer['tag'] === 'string')
      return { ok: true, tag: answer['tag'] }
    return failed(reasonIn(answer, response.status), response.status)
  } catch (error) {
    if (error instanceof TypeError) return failed('the relay cannot be reached', 0)
    if (error instanceof SyntaxError) return failed('invalid answer from the relay', 502)
    throw error
  }
}
