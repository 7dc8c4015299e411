// A folder nobody has used yet gets the tour. Once somebody deleted it, it stays deleted.
import { readFile } from 'node:fs/promises'
import type { LogStore } from '../log/store.ts'
import { isMissing } from '../disk/atomic.ts'
import type { Folder } from './folder.ts'
import type { NotebookCatalogue } from './catalogue.ts'
import { parsePath } from './path.ts'

/** `tour` is the package's own file; a package without one welcomes nobody. */
export const welcome = async (
  tour: string,
  folder: Folder,
  log: LogStore,
  library: NotebookCatalogue,
): Promise<void> => {
  if ((await log.used()) || (await folder.hasBin())) return
  const { found, problems } = await folder.notebooks()
  if (found.length + problems.length > 0) return
  const path = parsePath('welcome.ipynb')
  if (!path) throw new Error('the tour has no usable name')
  try {
    await library.create(path, await readFile(tour, 'utf8'))
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}
