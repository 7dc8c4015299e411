// The folders that notebooks are in.
import { routes } from '../../shared/api/routes.ts'
import { ask, type Answer } from './ask.ts'

export const listFolders = async (): Promise<Answer<{ folders: readonly string[] }>> => {
  const answer = await ask(routes.listFolders, '', undefined)
  return answer.ok ? { ok: true, folders: answer.body } : answer
}

/** Makes it under the first free one of `name`, `name 2`, …; returns its path. */
export const makeFolder = async (name: string): Promise<Answer<{ path: string }>> => {
  for (let nth = 1; ; nth++) {
    const made = await ask(routes.makeFolder, '', { path: nth === 1 ? name : `${name} ${nth}` })
    if (made.ok) return { ok: true, path: made.body.path }
    if (made.status !== 409) return made
  }
}

/** Returns the new path. */
export const moveFolder = async (path: string, to: string): Promise<Answer<{ path: string }>> => {
  const answer = await ask(routes.moveFolder, `${path}/`, { path: to })
  return answer.ok ? { ok: true, path: answer.body.path } : answer
}

/** An empty one. */
export const removeFolder = (path: string): Promise<Answer<unknown>> =>
  ask(routes.removeFolder, `${path}/`, undefined)
