// The list of notebooks, with a title each and a reason where one cannot be read. A file is parsed again only when
// it is another one by size, time or inode.
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Listed } from '../../shared/api/routes.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import type { Notebook } from '../../shared/notebook/notebook.ts'
import { messageOf } from '../logging/logger.ts'
import { isMissing } from '../disk/atomic.ts'
import { OutsideFolder, Unreadable, type Folder } from './folder.ts'
import { ending, type NotebookPath } from './path.ts'

interface Known {
  readonly mark: string
  readonly listed: Listed
}

const untitled = (path: string): string => basename(path, ending)

/** The first heading of a cell that may have one, or null. */
const titleOf = (notebook: Notebook): string | null => {
  for (const cell of notebook.cells) {
    if (kindNamed(cell.kind).heading === undefined) continue
    const [, title] = /^#[ \t]+(.+?)[ \t#]*$/m.exec(cell.source) ?? []
    if (title) return title.slice(0, 200)
  }
  return null
}

export class Listing {
  private readonly folder: Folder
  private known = new Map<string, Known>()

  constructor(folder: Folder) {
    this.folder = folder
  }

  async list(): Promise<readonly Listed[]> {
    const known = new Map<string, Known>()
    const { found, problems } = await this.folder.notebooks()
    for (const path of found) {
      const entry = await this.look(path)
      if (entry) known.set(path, entry)
    }
    this.known = known
    const bad = problems.map(({ path, reason }) => ({
      path,
      title: untitled(path),
      modified: new Date(0).toISOString(),
      size: 0,
      reason,
    }))
    return [...[...known.values()].map((entry) => entry.listed), ...bad]
  }

  async one(path: NotebookPath): Promise<Listed | null> {
    return (await this.look(path))?.listed ?? null
  }

  private async look(path: NotebookPath): Promise<Known | null> {
    try {
      const { size, mtime, mtimeMs, ino } = await stat(await this.folder.locate(path))
      const mark = `${size} ${mtimeMs} ${ino}`
      const before = this.known.get(path)
      if (before?.mark === mark) return before
      const entry = { path, modified: mtime.toISOString(), size }
      return { mark, listed: { ...entry, ...(await this.read(path)) } }
    } catch (error) {
      // Gone since the folder was read, or no longer inside it.
      if (isMissing(error) || error instanceof OutsideFolder) return null
      if (!(error instanceof Unreadable)) throw error
      const listed = { path, title: untitled(path), modified: new Date(0).toISOString(), size: 0 }
      return { mark: '', listed: { ...listed, reason: error.message } }
    }
  }

  private async read(path: NotebookPath): Promise<{ title: string; reason?: string }> {
    try {
      const content = await this.folder.read(path)
      if (!content) return { title: untitled(path), reason: 'the file is gone' }
      const parsed = parseNotebook(content.bytes)
      if (!parsed.ok) return { title: untitled(path), reason: parsed.reason }
      return { title: titleOf(parsed.notebook) ?? untitled(path) }
    } catch (error) {
      return { title: untitled(path), reason: messageOf(error) }
    }
  }
}
