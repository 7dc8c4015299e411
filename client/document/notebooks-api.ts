// The notebooks of the relay's folder, and those in its bin.
import { toAppPath, toBrowserPath } from '../base-path.ts'
import { addressOf, pathIn } from '../../shared/api/route.ts'
import { routes, type Deleted, type Listed } from '../../shared/api/routes.ts'
import { ask, failed, type Answer } from './ask.ts'

export const listNotebooks = async (): Promise<Answer<{ notebooks: readonly Listed[] }>> => {
  const answer = await ask(routes.listNotebooks, '', undefined)
  return answer.ok ? { ok: true, notebooks: answer.body } : answer
}

const placed = (answer: Answer<{ body: Listed }>): Answer<{ path: string }> =>
  answer.ok ? { ok: true, path: answer.body.path } : answer

/** Makes an empty notebook, or one of the given .ipynb text; answers its path as the relay has it. */
export const createNotebook = async (path: string, content?: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(routes.createNotebook, '', content === undefined ? { path } : { path, content }))

/** Answers the path as the relay has it. */
export const renameNotebook = async (path: string, to: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(routes.renameNotebook, path, { path: to }))

/** Where a notebook lies that lay at `path` once; null where the relay knows of none. */
export const pathNow = async (path: string): Promise<string | null> => {
  const { readNotebook } = routes
  try {
    const { redirected, url } = await fetch(toBrowserPath(addressOf(readNotebook, path)), { method: 'HEAD' })
    const now = redirected ? pathIn(readNotebook, toAppPath(new URL(url).pathname) ?? '') : null
    return now === null ? null : decodeURIComponent(now)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** To the bin; `undo` is the entry by which it comes back. */
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

/** Brings a deleted notebook back; its path is another one where its own is taken by now. */
export const restore = async (entry: string): Promise<Answer<{ path: string }>> =>
  placed(await ask(routes.restoreNotebook, entry, null))

/** Deletes for good; gives the paths of those that stay, because somebody has them open. */
export const emptyBin = async (): Promise<Answer<{ open: readonly string[] }>> => {
  const answer = await ask(routes.emptyBin, '', undefined)
  return answer.ok ? { ok: true, open: answer.body.open } : answer
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
  return found === undefined ? failed('it is no longer in the bin', 404) : restore(found.entry)
}
