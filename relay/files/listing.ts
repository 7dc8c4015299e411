// The list of notebooks, with titles, and a reason for each unreadable one. A file is parsed again only if it changed.
import { basename } from 'node:path'
import type { Listed } from '../../shared/api/routes.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { wordsOf } from '../../shared/notebook/document/outline.ts'
import type { Cell } from '../../shared/notebook/notebook.ts'
import { messageOf } from '../logging/logger.ts'
import { Unreachable } from '../disk/disk-errors.ts'
import type { FileEntry, NotebookFiles } from './notebook-files.ts'
import { ending, type NotebookPath } from './path.ts'

/** Files read at once: each waits for the disk several times, and may be large. */
const together = 4

interface Known {
  readonly tag: string
  readonly listed: Listed
}

export const untitled = (path: string): string => basename(path, ending)

/** The first heading of a cell that can have one, or null. */
export const titleOf = (cells: readonly Pick<Cell, 'kind' | 'source'>[]): string | null => {
  for (const cell of cells) {
    if (kindNamed(cell.kind).heading === undefined) continue
    const [, heading = ''] = /^#[ \t]+(.+)$/m.exec(cell.source) ?? []
    const title = wordsOf(heading.replace(/(?<![ \t#])[ \t#]+$/, ''))
    if (title !== '') return title.slice(0, 200)
  }
  return null
}

type Title = Pick<Listed, 'title' | 'reason'>

export class Listing {
  private known = new Map<string, Known>()

  constructor(private readonly files: NotebookFiles) {}

  async list(): Promise<readonly Listed[]> {
    const known = new Map<string, Known>()
    const { found, problems } = await this.files.list()
    for (let at = 0; at < found.length; at += together)
      for (const entry of await Promise.all(found.slice(at, at + together).map((file) => this.look(file))))
        known.set(entry.listed.path, entry)
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
    const content = await this.files.read(path)
    return content && describe({ ...content, path }, titled(path, content.bytes)).listed
  }

  private async look(file: FileEntry<NotebookPath>): Promise<Known> {
    const before = this.known.get(file.path)
    return before?.tag === file.tag ? before : describe(file, await this.read(file.path))
  }

  private async read(path: NotebookPath): Promise<Title> {
    try {
      const content = await this.files.read(path)
      return content ? titled(path, content.bytes) : { title: untitled(path), reason: 'the file is gone' }
    } catch (error) {
      if (error instanceof Unreachable) throw error
      return { title: untitled(path), reason: messageOf(error) }
    }
  }
}

const describe = ({ path, tag, size, modified }: FileEntry, title: Title): Known => ({
  tag,
  listed: { path, modified: new Date(modified).toISOString(), size, ...title },
})

const titled = (path: string, bytes: Uint8Array): Title => {
  const parsed = parseNotebook(bytes)
  if (!parsed.ok) return { title: untitled(path), reason: parsed.reason }
  return { title: titleOf(parsed.notebook.cells) ?? untitled(path) }
}
