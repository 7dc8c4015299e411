// Paths in requests: one that cannot be used is refused with the reason, wherever it is named.
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

export const refuseNew = (path: FilePath): void => {
  const why = whyNotNew(path)
  if (why !== null) throw refused(why)
}

/** Adds the suffix if it is missing. */
export const newPathOf = (text: string): NotebookPath => {
  const path = usablePath(text.endsWith(ending) ? text : text + ending)
  refuseNew(path)
  return path
}

export const newFolderOf = (text: string): FilePath => {
  const path = usableFolder(text)
  // As for a file in it.
  refuseNew(`${path}/_` as FilePath)
  return path
}
