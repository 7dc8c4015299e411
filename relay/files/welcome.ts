// Copies the tour into a folder that was never used. Once deleted, it stays deleted.
import { readFile } from 'node:fs/promises'
import type { DocumentCatalogue } from '../log/document-catalogue.ts'
import { isMissing } from '../disk/atomic.ts'
import type { NotebookCatalogue } from './catalogue.ts'
import { ownPath, type NotebookFiles } from './notebook-files.ts'
import { parsePath } from './path.ts'

/** `tour` is the package's file; a package without it has no tour. Resolves to the notebook, null if there is none. */
export const welcome = async (
  tour: string,
  files: NotebookFiles,
  documents: DocumentCatalogue,
  catalogue: NotebookCatalogue,
): Promise<string | null> => {
  if ((await documents.documents()).length > 0 || (await files.listOwn(ownPath('bin'))).length > 0)
    return null
  const { found, problems } = await files.list()
  if (found.length + problems.length > 0) return null
  const path = parsePath('welcome.ipynb')
  if (!path) throw new Error('the tour has no usable name')
  try {
    await catalogue.create(path, await readFile(tour, 'utf8'))
    return path
  } catch (error) {
    if (!isMissing(error)) throw error
    return null
  }
}
