// /api/folders: the folders themselves.
import { whyNotNew } from '../files/new-path.ts'
import type { FolderCatalogue, FolderChanged } from '../files/folder-catalogue.ts'
import { parseFilePath, whyNoPath, type FilePath } from '../files/path.ts'
import { HttpError, sendNothing } from './answer.ts'
import { send, type Handlers } from './api-call.ts'

export const folderHandlers = (
  folders: FolderCatalogue,
): Handlers<'listFolders' | 'makeFolder' | 'moveFolder' | 'removeFolder'> => ({
  listFolders: async (call) => send(call, 200, [...(await folders.list())]),
  makeFolder: async (call) => {
    const path = newFolderPath(call.body.path)
    refuse(await folders.make(path), path)
    return send(call, 201, { path })
  },
  moveFolder: async (call) => {
    const [path, to] = [usableFolder(call.path), newFolderPath(call.body.path)]
    const moved = await folders.move(path, to)
    refuse(moved, !moved.ok && moved.problem === 'exists' ? to : path)
    return send(call, 200, { path: to })
  },
  removeFolder: async (call) => {
    const path = usableFolder(call.path)
    refuse(await folders.remove(path), path)
    return sendNothing(call.response, 204)
  },
})

/** With or without `/` at the end. */
const usableFolder = (text: string): FilePath => {
  const name = text.replace(/\/$/, '')
  const path = parseFilePath(name)
  if (path === null) throw new HttpError('bad_request', `${name} is no folder: ${whyNoPath(name)}`)
  return path
}

const newFolderPath = (text: string): FilePath => {
  const path = usableFolder(text)
  // As for a file in it.
  const why = whyNotNew(`${path}/_` as FilePath)
  if (why !== null) throw new HttpError('bad_request', why)
  return path
}

const refusals = {
  exists: (path) => new HttpError('exists', `${path} already exists`),
  missing: (path) => new HttpError('not_found', `${path} does not exist`),
  'not-empty': (path) => new HttpError('exists', `${path} is not empty`),
  inside: () => new HttpError('bad_request', 'a folder cannot be moved into itself'),
  'too-long': () => new HttpError('bad_request', 'the path of a notebook in it would be too long'),
} satisfies Record<(FolderChanged & { ok: false })['problem'], (path: string) => HttpError>

const refuse = (changed: FolderChanged, path: string): void => {
  if (!changed.ok) throw refusals[changed.problem](path)
}
