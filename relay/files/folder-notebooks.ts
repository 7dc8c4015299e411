// Notebooks that apply to their whole folder: CRAFT.ipynb and TEMPLATE.ipynb.
import { craftName, readCraft, type Craft } from '../../shared/context/craft.ts'
import { formatNotebook } from '../../shared/ipynb/format.ts'
import { readOnlyKey } from '../../shared/notebook/read-only.ts'
import { newCellId } from '../../shared/notebook/ids.ts'
import { newCell, type Notebook } from '../../shared/notebook/notebook.ts'
import { readNotebook } from '../../shared/notebook/document/read.ts'
import type { Rooms } from '../sync/rooms.ts'
import type { NotebookCatalogue } from './catalogue.ts'

const templateName = 'TEMPLATE.ipynb'

/** '' and every folder on the way to the notebook's, each ending in `/`. */
const foldersOf = (path: string): readonly string[] => {
  const names = path.split('/').slice(0, -1)
  return ['', ...names.map((_, index) => `${names.slice(0, index + 1).join('/')}/`)]
}

export class FolderNotebooks {
  constructor(
    private readonly catalogue: NotebookCatalogue,
    private readonly rooms: Rooms,
  ) {}

  /** From the top folder down, without the notebook itself. */
  async craft(notebook: string): Promise<readonly Craft[]> {
    const folders = foldersOf(notebook)
    const found = await Promise.all(
      folders.map(async (folder, depth): Promise<readonly Craft[]> => {
        const path = folder + craftName
        const from = '../'.repeat(folders.length - 1 - depth) + craftName
        if (path === notebook) return []
        const read = await this.read(path)
        if (read === null) return []
        return 'problem' in read
          ? [{ path, from, notes: '', code: [], problem: read.problem }]
          : [readCraft(path, from, read)]
      }),
    )
    return found.flat()
  }

  /** The nearest template for a new notebook, without results, as the text of a file; undefined if there is none. */
  async template(notebook: string): Promise<string | undefined> {
    if ([craftName, templateName].some((name) => notebook === name || notebook.endsWith(`/${name}`)))
      return undefined
    for (const folder of foldersOf(notebook).toReversed()) {
      const read = await this.read(folder + templateName)
      if (read === null || 'problem' in read) continue
      const { format, cells } = read
      const { [readOnlyKey]: _, ...meta } = read.meta
      return formatNotebook({
        format: { nbformat: format.nbformat, minor: format.minor },
        meta,
        extra: {},
        cells: cells.map(({ kind, source, meta: own, attachments }) => ({
          ...newCell(kind, source, newCellId()),
          meta: own,
          attachments,
        })),
      })
    }
    return undefined
  }

  private async read(path: string): Promise<Notebook | { readonly problem: string } | null> {
    const opened = await this.catalogue.open(path)
    switch (opened.type) {
      case 'document':
        return this.rooms.use(opened.record, ({ doc }) => readNotebook(doc))
      case 'unreadable':
        return { problem: opened.reason }
      case 'missing':
      case 'renamed':
        return null
      default:
        throw new Error(`unknown answer ${String(opened satisfies never)}`)
    }
  }
}
