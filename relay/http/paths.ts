// Paths in requests: one that cannot be used is refused with the reason, wherever it is named.
import type { FolderCatalogue } from '../files/folder-catalogue.ts'
import { whyNotNew } from '../files/new-path.ts'
import {
  ending,
  parseFilePath,
  parsePath,
  whyNoNotebook,
  whyNoPath,
  type FilePath,
  type NotebookPath,
} from '../files/path.ts'
import { HttpError } from './answer.ts'

const refused = (reason: string): HttpError => new HttpError('bad_request', reason)

export const usableFile = (text: string): FilePath => {
  const path = parseFilePath(text)
  if (path === null) throw refused(whyNoPath(text))
  return path
}

export const usablePath = (text: string): NotebookPath => {
  const path = parsePath(text)
  if (path !== null) return path
  throw refused(whyNoNotebook(text))
}

/** With or without `/` at the end. */
export const usableFolder = (text: string): FilePath => usableFile(text.replace(/\/$/, ''))

type Folders = Pick<FolderCatalogue, 'list'>

/** `was`: its path until now, if it has one. */
export const refuseNew = async (folders: Folders, path: FilePath, was = ''): Promise<void> => {
  const kept = was.split('/')
  if (whyNotNew(path, kept) === null) return
  const above = (await folders.list()).filter((folder) => path.startsWith(`${folder}/`))
  const why = whyNotNew(path, [...kept, ...above.flatMap((folder) => folder.split('/'))])
  if (why !== null) throw refused(why)
}

/** Adds the suffix if it is missing. */
export const newPathOf = async (folders: Folders, text: string, was?: string): Promise<NotebookPath> => {
  const path = usablePath(text.endsWith(ending) ? text : text + ending)
  await refuseNew(folders, path, was)
  return path
}

export const newFolderOf = async (folders: Folders, text: string, was?: string): Promise<FilePath> => {
  const path = usableFolder(text)
  // As for a file in it.
  await refuseNew(folders, `${path}/_` as FilePath, was)
  return path
}
