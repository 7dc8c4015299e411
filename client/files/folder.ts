// The files beside the notebook, in the relay's folder. Answers are parsed here.
import { maxRequestBody } from '../../shared/protocol.ts'
import { ask, reasonIn, urlOf, type Answer } from '../document/library.ts'
import { isRecord } from '../../shared/record.ts'

export interface FolderFile {
  /** Relative to the notebook's folder. */
  readonly path: string
  readonly size: number
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Another one after each write. */
  readonly tag: string
}

export interface FolderListing {
  readonly files: readonly FolderFile[]
  readonly folders: readonly string[]
  /** What lies there under a name that nothing here can have, and why not. */
  readonly unnamed: readonly { readonly path: string; readonly reason: string }[]
  /** There are more than these. */
  readonly more: boolean
}

/** The folder a notebook lies in: '' or ending in `/`. */
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
    ? { ok: false, offline: false, status: 0, reason: 'the relay answered no list' }
    : { ok: true, listing }
}

/** Puts a file into the folder; `over` is the tag of the one it may take the place of, null for none. */
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
    return failed(`it is larger than the ${maxRequestBody >> 20} MiB that the relay takes`, 413)
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
    if (error instanceof SyntaxError) return failed('the relay answered no JSON', 502)
    throw error
  }
}
