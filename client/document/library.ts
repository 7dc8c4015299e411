// The notebooks of the relay's folder, over HTTP. Answers are parsed here; a failure is a value with a reason.
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { type Notebook } from '../../shared/notebook/notebook.ts'

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

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

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
): Promise<Answer<{ body: unknown }>> => {
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
    return { ok: true, body: answer }
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

/** What a notebook says now, whether or not it is open here. */
export const fetchNotebook = async (path: string): Promise<Answer<{ notebook: Notebook }>> => {
  const answer = await ask(addressOf(path), 'GET')
  if (!answer.ok) return answer
  const read = parseNotebook(JSON.stringify(answer.body))
  return read.ok ? read : { ok: false, offline: false, status: 0, reason: read.reason }
}

export const renameNotebook = (path: string, to: string): Promise<Answer<{ body: unknown }>> =>
  ask(addressOf(path), 'PATCH', { path: to })

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

/** To the bin folder, not gone. */
export const deleteNotebook = (path: string): Promise<Answer<{ body: unknown }>> =>
  ask(addressOf(path), 'DELETE')

/** Out of the bin again. */
export const restoreNotebook = (path: string): Promise<Answer<{ body: unknown }>> =>
  renameNotebook(path, path)
