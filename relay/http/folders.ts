// /api/folders: the folders themselves.
import type { FolderCatalogue, FolderChanged } from '../files/folder-catalogue.ts'
import { HttpError, sendNothing } from './answer.ts'
import { send, type Handlers } from './api-call.ts'
import { newFolderOf, usableFolder } from './paths.ts'

export const folderHandlers = (
  folders: FolderCatalogue,
): Handlers<'listFolders' | 'makeFolder' | 'moveFolder' | 'removeFolder'> => ({
  listFolders: async (call) => send(call, 200, [...(await folders.list())]),
  makeFolder: async (call) => {
    const path = newFolderOf(call.body.path)
    refuse(await folders.make(path), path)
    return send(call, 201, { path })
  },
  moveFolder: async (call) => {
    const path = usableFolder(call.path)
    const to = newFolderOf(call.body.path)
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
