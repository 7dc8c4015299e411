// Searches the titles and texts of all notebooks. Before each search the index catches up: with the open documents,
// and with the files whose tags have changed. So nothing has to be watched, and typing costs nothing.
import { setTimeout as delay } from 'node:timers/promises'
import type { Found } from '../../shared/api/routes.ts'
import { parseNotebook } from '../../shared/ipynb/parse.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import { cellReply, cellSource, readHead, visibleCells } from '../../shared/notebook/document/read.ts'
import type { KindName } from '../../shared/notebook/notebook.ts'
import { titleOf, untitled } from '../files/listing.ts'
import { OutsideFolder, Unreadable, type FileEntry, type NotebookFiles } from '../files/notebook-files.ts'
import { ending, parsePath, type NotebookPath } from '../files/path.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import type { Room } from '../sync/room.ts'
import type { Peer } from '../sync/rooms.ts'
import { fold, snippetOf, wordsOf } from './fold.ts'
import { linksIn } from './links.ts'
import type { FoundText, IndexedNotebook, SearchIndex } from './search-index.ts'

export interface SearchAnswer {
  readonly found: readonly Found[]
  /** False while notebooks are still being read: ask again. */
  readonly complete: boolean
}

interface Content {
  readonly id: string
  readonly kind: KindName
  readonly source: string
  readonly reply: string | null
}

/** Texts returned at most. */
const maxFound = 200
/** Milliseconds a search waits for the index. */
const maxWait = 1_500

const contentOf = ({ doc }: Room): readonly Content[] =>
  visibleCells(doc).map((id) => ({
    id,
    kind: readHead(doc, id)?.kind ?? 'raw',
    source: cellSource(doc, id)?.toString() ?? '',
    reply: cellReply(doc, id)?.toString() ?? null,
  }))

const asIndexed = (
  path: string,
  cells: readonly Content[],
  rest: Pick<IndexedNotebook, 'tag' | 'modified'>,
): IndexedNotebook => ({
  path,
  title: titleOf(cells) ?? untitled(path),
  ...rest,
  cells: cells.map(({ id, kind, source, reply }) => ({
    cell: id,
    kind,
    text: reply === null ? source : `${source}\n${reply}`,
    links: () => (kindNamed(kind).heading === undefined ? [] : linksIn(source, path)),
  })),
})

const asFound = ({ text, cell, position, ...rest }: FoundText, words: readonly string[]): Found => {
  const { text: snippet, marks } = snippetOf(text, words)
  return { ...rest, position, cell: cell === '' ? null : cell, snippet, marks }
}

export class NotebookSearch {
  /** The open documents, and the path under which each was indexed; null if it has changed since. */
  private readonly open = new Map<Room, string | null>()
  private running: Promise<void> = Promise.resolve()
  private next: Promise<void> | null = null
  private closed = false

  constructor(
    private readonly files: NotebookFiles,
    private readonly index: SearchIndex,
    private readonly logger: Logger,
  ) {}

  /** The peer of an open document. */
  readonly follow = (room: Room): Peer => {
    this.open.set(room, null)
    const stop = room.events.on((event) => {
      if (event === 'changed') this.open.set(room, null)
    })
    return {
      dispose: () => {
        stop()
        this.open.delete(room)
      },
    }
  }

  /** Cells and titles that contain every word; case and accents do not matter. */
  async search(query: string): Promise<SearchAnswer> {
    const words = wordsOf(query)
    if (words.length === 0) return { found: [], complete: true }
    const complete = await this.caughtUp()
    return { found: this.index.find(words, maxFound).map((each) => asFound(each, words)), complete }
  }

  /** The cells of other notebooks that link to this one. */
  async linksTo(path: NotebookPath): Promise<readonly Found[]> {
    await this.caughtUp()
    const name = fold(untitled(path))
    const forms = [`${name}]]`, `${name}|`, `${name}${ending}`]
    return this.index.linksTo(path, maxFound).map((each) => asFound(each, forms))
  }

  /** Brings the index up to date; does not reject. */
  async prepare(): Promise<void> {
    try {
      await this.refreshed()
    } catch (error) {
      if (!this.closed) this.logger.warn('the notebooks could not be indexed', { reason: messageOf(error) })
    }
  }

  async close(): Promise<void> {
    this.closed = true
    await this.running
    this.index.close()
  }

  private caughtUp(): Promise<boolean> {
    const timer = new AbortController()
    const late = delay(maxWait, false, { signal: timer.signal, ref: false }).catch(() => false)
    const done = this.refreshed().then(() => true)
    return Promise.race([done, late]).finally(() => timer.abort())
  }

  /** A refresh that has not started yet covers everything up to now, so concurrent callers share it. */
  private refreshed(): Promise<void> {
    if (this.next !== null) return this.next
    const turn = this.running.then(() => {
      this.next = null
      return this.refresh()
    })
    this.next = turn
    // The caller of `refreshed` gets the error.
    this.running = turn.catch(() => undefined)
    return turn
  }

  private async refresh(): Promise<void> {
    const live = new Set<string>()
    for (const [room, at] of this.open) {
      const path = room.record.binned === null ? parsePath(room.path) : null
      if (path === null) continue
      live.add(path)
      if (at === path || this.closed) continue
      this.open.set(room, path)
      try {
        await this.index.put(asIndexed(path, contentOf(room), { tag: '', modified: Date.now() }))
      } catch (error) {
        if (this.open.has(room)) this.open.set(room, null)
        throw error
      }
    }
    const { found } = await this.files.list()
    const before = this.index.tags()
    for (const file of found) {
      if (this.closed) return
      if (!live.has(file.path) && before.get(file.path) !== file.tag) await this.read(file)
    }
    const there = new Set<string>([...live, ...found.map(({ path }) => path)])
    for (const path of before.keys()) if (!there.has(path) && !this.closed) await this.index.remove(path)
  }

  private async read({ path, tag, modified }: FileEntry<NotebookPath>): Promise<void> {
    const content = await this.files.read(path).catch((error: unknown) => {
      if (error instanceof Unreadable || error instanceof OutsideFolder) return null
      throw error
    })
    const parsed = content === null ? null : parseNotebook(content.bytes)
    const cells = parsed?.ok === true ? parsed.notebook.cells : []
    await this.index.put(
      asIndexed(
        path,
        cells.map(({ id, kind, source, result }) => ({ id, kind, source, reply: result?.reply ?? null })),
        { tag, modified },
      ),
    )
  }
}
