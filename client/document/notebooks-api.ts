// The notebooks in the relay's folder and bin.
import { toAppPath, toBrowserPath } from '../base-path.ts'
import { urlOf, pathIn, type BodyOf } from '../../shared/api/route.ts'
import { routes, type Deleted, type Found, type Listed } from '../../shared/api/routes.ts'
import { ask, failed, type Answer } from './ask.ts'

export const listNotebooks = async (): Promise<Answer<{ notebooks: readonly Listed[] }>> => {
  const answer = await ask(routes.listNotebooks, '', undefined)
  return answer.ok ? { ok: true, notebooks: answer.body } : answer
}

const placed = (answer: Answer<{ body: Listed }>): Answer<{ path: string }> =>
  answer.ok ? { ok: true, path: answer.body.path } : answer

type Content = Omit<BodyOf<typeof routes.createNotebook>, 'path'>

/** Creates an empty notebook, or one with the content; returns its path. */
export const createNotebook = async (
  path: string,
  content: Content = {},
): Promise<Answer<{ path: string }>> => placed(await ask(routes.createNotebook, '', { path, ...content }))

/** Creates it under the first free one of `name`, `name 2`, `name 3`, … */
export const createUnderFreeName = async (
  name: string,
  content: Content = {},
): Promise<Answer<{ path: string }>> => {
  for (let nth = 1; ; nth++) {
    const made = await createNotebook(`${name}${nth === 1 ? '' : ` ${nth}`}.ipynb`, content)
    if (made.ok || made.status !== 409) return made
  }
}

/** Cells and titles with all words of the query. */
export const searchNotebooks = async (
  query: string,
): Promise<Answer<{ found: readonly Found[]; complete: boolean }>> => {
  const answer = await ask(routes.searchNotebooks, '', undefined, {
    search: `?${new URLSearchParams({ q: query }).toString()}`,
  })
  return answer.ok ? { ok: true, ...answer.body } : answer
}

/** Returns the new path. */
export const renameNotebook = async (path: string, to: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(routes.renameNotebook, path, { path: to }))

/** The present path of a notebook that was at `path`; null if the relay knows none. */
export const pathNow = async (path: string): Promise<string | null> => {
  const { readNotebook } = routes
  try {
    const { redirected, url } = await fetch(toBrowserPath(urlOf(readNotebook, path)), { method: 'HEAD' })
    const now = redirected ? pathIn(readNotebook, toAppPath(new URL(url).pathname) ?? '') : null
    return now === null ? null : decodeURIComponent(now)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** The cells of other notebooks that link to this one. */
export const listBacklinks = async (path: string): Promise<Answer<{ links: readonly Found[] }>> => {
  const answer = await ask(routes.listBacklinks, path, undefined)
  return answer.ok ? { ok: true, links: answer.body } : answer
}

/** Moves it to the bin; `undo` is the entry to restore. */
export const deleteNotebook = async (path: string): Promise<Answer<{ undo: string | null }>> => {
  const answer = await ask(routes.deleteNotebook, path, undefined)
  if (!answer.ok) return answer
  const entry = answer.location === null ? null : pathIn(routes.restoreNotebook, answer.location)
  return { ok: true, undo: entry === null ? null : decodeURIComponent(entry) }
}

/** The latest first. */
export const listBin = async (): Promise<Answer<{ deleted: readonly Deleted[] }>> => {
  const answer = await ask(routes.listBin, '', undefined)
  return answer.ok ? { ok: true, deleted: answer.body } : answer
}

/** Restores a deleted notebook; under another path if its own is taken. */
export const restore = async (entry: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(routes.restoreNotebook, entry, null))

/** Deletes one permanently. */
export const discard = (entry: string): Promise<Answer<unknown>> =>
  ask(routes.discardNotebook, entry, undefined)

/** Deletes permanently; returns the paths of those that stay because they are open. */
export const emptyBin = async (): Promise<Answer<{ open: readonly string[] }>> => {
  const answer = await ask(routes.emptyBin, '', undefined)
  return answer.ok ? { ok: true, open: answer.body.open } : answer
}

/** Restores the notebook that was last at this path, or the given document. */
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
  return found === undefined ? failed('it is no longer in the bin', 404) : restore(found.entry)
}
