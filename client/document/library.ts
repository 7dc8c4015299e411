import { isRecord } from '../../shared/record.ts'
// The notebooks of the relay's folder, over HTTP. Answers are parsed here; a failure is a value with a reason.

export interface Listed {
  readonly path: string
  readonly title: string
  /** Milliseconds since 1970. */
  readonly modified: number
  /** Bytes. */
  readonly size: number
  /** Why the file cannot be opened, where it cannot. */
  readonly reason: string | null
}

export type Answer<T> =
  | ({ readonly ok: true } & T)
  | {
      readonly ok: false
      readonly reason: string
      readonly offline: boolean
      /** Of HTTP; 0 where no answer came. */
      readonly status: number
    }

export const reasonIn = (body: unknown, status: number): string => {
  const error = isRecord(body) && isRecord(body['error']) ? body['error'] : null
  return typeof error?.['message'] === 'string' ? error['message'] : `the relay answered ${status}`
}

/** A path as it stands in an address. */
export const urlOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

const addressOf = (path: string): string => `/api/notebooks/${urlOf(path)}`

export const ask = async (
  url: string,
  method: string,
  body?: unknown,
): Promise<Answer<{ body: unknown; location: string | null }>> => {
  try {
    const response = await fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    const answer: unknown = text === '' ? null : JSON.parse(text)
    if (!response.ok)
      return {
        ok: false,
        offline: response.status === 503,
        status: response.status,
        reason: reasonIn(answer, response.status),
      }
    return { ok: true, body: answer, location: response.headers.get('location') }
  } catch (error) {
    if (error instanceof TypeError)
      return { ok: false, offline: true, status: 0, reason: 'the relay cannot be reached' }
    if (error instanceof SyntaxError)
      return { ok: false, offline: false, status: 0, reason: 'the relay answered no JSON' }
    throw error
  }
}

const timeOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) || 0 : 0

const parseListed = (value: unknown): Listed | null => {
  if (!isRecord(value) || typeof value['path'] !== 'string') return null
  const { path, title, modified, size, reason } = value
  return {
    path,
    title: typeof title === 'string' && title !== '' ? title : path,
    modified: timeOf(modified),
    size: typeof size === 'number' ? size : 0,
    reason: typeof reason === 'string' ? reason : null,
  }
}

export const listNotebooks = async (): Promise<Answer<{ notebooks: Listed[] }>> => {
  const answer = await ask('/api/notebooks', 'GET')
  if (!answer.ok) return answer
  const rows = Array.isArray(answer.body) ? (answer.body as unknown[]) : []
  return { ok: true, notebooks: rows.map(parseListed).filter((row) => row !== null) }
}

/** Makes an empty notebook, or one of the given .ipynb text; answers its path as the relay has it. */
export const createNotebook = async (path: string, content?: string): Promise<Answer<{ path: string }>> => {
  const answer = await ask('/api/notebooks', 'POST', content === undefined ? { path } : { path, content })
  if (!answer.ok) return answer
  const made = isRecord(answer.body) && typeof answer.body['path'] === 'string' ? answer.body['path'] : path
  return { ok: true, path: made }
}

const placed = (answer: Answer<{ body: unknown }>): Answer<{ path: string }> => {
  if (!answer.ok) return answer
  const { body } = answer
  if (isRecord(body) && typeof body['path'] === 'string') return { ok: true, path: body['path'] }
  return { ok: false, offline: false, status: 0, reason: 'the relay did not say where it is' }
}

/** Answers the path as the relay has it. */
export const renameNotebook = async (path: string, to: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(addressOf(path), 'PATCH', { path: to }))

/** Where a notebook lies that lay at `path` once; null where the relay knows of none. */
export const pathNow = async (path: string): Promise<string | null> => {
  try {
    const { redirected, url } = await fetch(addressOf(path), { method: 'HEAD' })
    const { pathname } = new URL(url)
    return redirected ? decodeURIComponent(pathname.slice(addressOf('').length)) : null
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** To the bin; `undo` is the address by which it comes back. */
export const deleteNotebook = async (path: string): Promise<Answer<{ undo: string | null }>> => {
  const answer = await ask(addressOf(path), 'DELETE')
  return answer.ok ? { ok: true, undo: answer.location } : answer
}

const bin = '/api/bin'

export interface Deleted {
  /** The address by which it comes back. */
  readonly address: string
  readonly path: string
  /** null where it was never opened. */
  readonly docId: string | null
  /** Milliseconds since 1970. */
  readonly deleted: number
}

const parseDeleted = (value: unknown): Deleted | null => {
  if (!isRecord(value)) return null
  const { entry, path, docId, deleted } = value
  if (typeof entry !== 'string' || typeof path !== 'string') return null
  return {
    address: `${bin}/${urlOf(entry)}`,
    path,
    docId: typeof docId === 'string' ? docId : null,
    deleted: timeOf(deleted),
  }
}

/** The latest first. */
export const listBin = async (): Promise<Answer<{ deleted: readonly Deleted[] }>> => {
  const answer = await ask(bin, 'GET')
  if (!answer.ok) return answer
  const rows = Array.isArray(answer.body) ? (answer.body as unknown[]) : []
  return { ok: true, deleted: rows.map(parseDeleted).filter((row) => row !== null) }
}

/** Brings a deleted notebook back; its path is another one where its own is taken by now. */
export const restore = async (address: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(address, 'POST'))

/** Deletes for good; gives the paths of those that stay, because somebody has them open. */
export const emptyBin = async (): Promise<Answer<{ open: readonly string[] }>> => {
  const answer = await ask(bin, 'DELETE')
  if (!answer.ok) return answer
  const open =
    isRecord(answer.body) && Array.isArray(answer.body['open']) ? (answer.body['open'] as unknown[]) : []
  return { ok: true, open: open.filter((path) => typeof path === 'string') }
}

/** As `restore`, of the notebook that lay at this path last; of this document where it is known. */
export const restoreNotebook = async (
  path: string,
  docId: string | null,
): Promise<Answer<{ path: string }>> => {
  const listed = await listBin()
  if (!listed.ok) return listed
  const { deleted } = listed
  const found =
    deleted.find((entry) => docId !== null && entry.docId === docId) ??
    deleted.find((entry) => entry.path === path)
  if (found !== undefined) return restore(found.address)
  return { ok: false, offline: false, status: 404, reason: 'it is no longer in the bin' }
}
