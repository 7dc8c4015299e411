// `/notebook`, Python's working folder: this browser's files of the notebook, over those next to it in the relay's
// folder; both come through the page. Folder files are listed when a run first looks into the folder and fetched when
// opened, while Python blocks; files nobody reads are not transferred. What a run wrote is stored before the run is
// reported as finished, so that closing the page cannot lose it.
import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import type { NewFile, StoredFile } from '../files/store.ts'
import {
  arriveAt,
  bytesOf,
  interruptedCall,
  isWaiting,
  nodeAt,
  putWaiting,
  walk,
  type FileNode,
  type MemoryFiles,
} from './memory-files.ts'
import { failureOf } from './file-failures.ts'
import { FirstLook } from './first-look.ts'
import type { SyncHostResults } from './host-call.ts'
import { call, HostError, type Calls, type HostClient } from './host-client.ts'

const root = '/notebook'
/** A file as it was when memory and store last agreed. */
interface Known {
  readonly node: FileNode
  readonly mtime: number
  readonly ctime: number
  readonly size: number
  readonly stored: StoredFile | null
  /** The tag of the folder's file that it is, or is a copy of. */
  readonly tag: string | null
  /** Read from the folder and not stored yet. */
  readonly arrived?: true
}

const same = (node: FileNode, known: Known): boolean =>
  known.node === node &&
  known.mtime === node.mtime &&
  known.ctime === node.ctime &&
  known.size === node.usedBytes

export interface FilesOptions {
  readonly report: (text: string) => void
  /** Whether there is an interrupt that Python has not seen. */
  readonly interrupted: () => boolean
}

export class NotebookFiles {
  /** Whether this browser stores files for the notebook; null while unknown. */
  private kept: boolean | null = null
  private readonly known = new Map<string, Known>()
  /** Folder files that Python removed, by path with their tags: they stay hidden while unchanged and Python lives. */
  private readonly removed = new Map<string, string>()
  /** Contents that could not be stored, so that each is reported once. */
  private readonly refused = new Map<string, number>()
  private listed = new Set<string>()
  private last: Promise<unknown> = Promise.resolve()
  /** Paths of which the page stores a content now. */
  private readonly storing = new Set<string>()
  private readonly firstLook: FirstLook
  private namesChanged = false

  constructor(
    private readonly files: MemoryFiles,
    private readonly host: HostClient,
    private readonly setup: FilesOptions,
  ) {
    files.mkdirTree(root)
    files.chdir(root)
    this.firstLook = new FirstLook(files, root, () => this.lookNow())
  }

  /** One at a time: reads and writes must not overtake each other. */
  private serialized(work: () => Promise<void>): Promise<void> {
    const previousTask = this.last.then(work)
    this.last = previousTask.catch(() => undefined)
    return previousTask
  }

  /** Before a run: changes from the page, other tabs and the relay's folder are taken in now or at its first look. */
  async before(placed: boolean, code: string): Promise<void> {
    if (!placed) return
    if (this.host.canWait) return this.firstLook.expect()
    await this.serialized(async () => {
      if (this.kept === true) await this.write(true)
      await this.host.make(this.lookAround())
    })
    await this.fetchNamed(code)
  }

  /** Looks, if the run has not yet. Returns whether a name was added or removed since the last call. */
  newNames(): boolean {
    this.firstLook.now()
    const changed = this.namesChanged
    this.namesChanged = false
    return changed
  }

  private lookNow(): void {
    try {
      this.host.makeSync(this.lookAround())
    } catch (error) {
      if (!(error instanceof HostError || error instanceof this.files.ErrnoError)) throw error
      this.setup.report(`The files of this notebook cannot be accessed: ${error.message}\n`)
    }
  }

  private *lookAround(): Calls<void> {
    yield* this.takeStored()
    const listing = yield* call({ what: 'listing' })
    if (listing !== null && listing !== 'same') this.takeNames(listing)
  }

  /** After a run: stores changes and reports failures. */
  keep(): Promise<void> {
    const kept = this.serialized(() => this.write())
    // Copies of folder files are stored without delaying the run.
    void this.serialized(() => this.write(true))
    return kept
  }

  private *changedFiles(): Calls<readonly StoredFile[] | null> {
    if (this.kept === false) return null
    try {
      const changedFiles = yield* call({ what: 'stored' })
      this.kept = true
      return changedFiles
    } catch (error) {
      if (!(error instanceof HostError) || this.kept === true) throw error
      this.kept = false
      this.setup.report(`Files cannot be stored in this browser: ${error.message}\n`)
      return null
    }
  }

  /** Python wrote it and it is not stored yet: it will replace the stored version. */
  private isUnsaved(path: string): boolean {
    if (this.storing.has(path)) return true
    const [known, node] = [this.known.get(path), nodeAt(this.files, `${root}/${path}`)]
    if (node === null || isWaiting(node) || !this.files.isFile(node.mode)) return false
    return known === undefined || !same(node, known)
  }

  private note(path: string, stored: StoredFile | null, tag: string | null): void {
    const node = nodeAt(this.files, `${root}/${path}`)
    if (node === null) return
    const { mtime, ctime, usedBytes: size } = node
    this.known.set(path, { node, mtime, ctime, size, stored, tag })
  }

  private put(path: string, bytes: Uint8Array, modified: number): void {
    const target = `${root}/${path}`
    if (path.endsWith('/')) return this.files.mkdirTree(target.slice(0, -1))
    this.files.mkdirTree(target.slice(0, target.lastIndexOf('/')))
    const before = nodeAt(this.files, target)
    if (before !== null && isWaiting(before)) this.files.unlink(target)
    this.files.writeFile(target, bytes, { canOwn: true })
    this.files.utime(target, modified, modified)
  }

  private drop(path: string): void {
    this.known.delete(path)
    const target = `${root}/${path}`
    try {
      if (path.endsWith('/')) this.files.rmdir(target.slice(0, -1))
      else this.files.unlink(target)
    } catch (error) {
      // Already removed, or a folder that is not empty.
      if (!(error instanceof this.files.ErrnoError)) throw error
    }
  }

  private *takeStored(): Calls<void> {
    const changedFiles = yield* this.changedFiles()
    if (changedFiles === null) return
    const rows = new Map(changedFiles.map((row) => [row.path, row]))
    for (const [path, row] of rows) {
      const known = this.known.get(path)
      if (known?.stored?.version === row.version) {
        const tag = row.changed ? null : row.from
        this.known.set(path, { ...known, stored: row, tag: isWaiting(known.node) ? known.tag : tag })
        continue
      }
      if (this.isUnsaved(path)) continue
      const bytes = yield* call({ what: 'content', path, version: row.version })
      if (bytes === null) continue
      try {
        this.put(path, bytes, row.modified)
      } catch (error) {
        // A folder of that name is in the way.
        if (!(error instanceof this.files.ErrnoError)) throw error
        continue
      }
      this.note(path, row, row.changed ? null : row.from)
      this.namesChanged = true
    }
    for (const [path, { stored }] of this.known) {
      if (stored === null || rows.has(path) || this.isUnsaved(path)) continue
      this.drop(path)
      this.namesChanged = true
    }
  }

  private takeNames(listing: FolderListing): void {
    const listed = new Set<string>()
    for (const path of listing.folders) {
      listed.add(`${path}/`)
      if (nodeAt(this.files, `${root}/${path}`) !== null) continue
      this.put(`${path}/`, new Uint8Array(0), 0)
      this.namesChanged = true
    }
    for (const file of listing.files) {
      listed.add(file.path)
      if (this.takeFile(file)) this.namesChanged = true
    }
    // A file removed from the folder disappears, unless it was read: then it stays as this browser's own.
    for (const path of this.listed) {
      if (listed.has(path) || listing.more) continue
      const known = this.known.get(path)
      if (path.endsWith('/') ? known === undefined : known !== undefined && isWaiting(known.node)) {
        this.drop(path)
        this.namesChanged = true
      }
    }
    this.listed = listed
  }

  /** Adds a folder file, unless this browser has its own file there or the same version already. */
  private takeFile(file: FolderFile): boolean {
    const { path, tag } = file
    const known = this.known.get(path)
    const target = `${root}/${path}`
    const there = nodeAt(this.files, target)
    if (this.removed.get(path) === tag) return false
    this.removed.delete(path)
    if (known === undefined ? there !== null : known.tag === null || known.tag === tag) return false
    // The cached version, in case the relay does not answer.
    const before =
      there !== null && !isWaiting(there) && this.files.isFile(there.mode) ? bytesOf(there) : null
    if (there !== null) this.files.unlink(target)
    this.files.mkdirTree(target.slice(0, target.lastIndexOf('/')))
    const node = putWaiting(this.files, target, file, () => {
      const loaded = this.fetch(path)
      if (loaded === null) return interruptedCall
      if (!(loaded instanceof HostError)) {
        this.arrived(path, node, loaded.bytes, { tag: loaded.tag ?? tag, arrived: true })
        return loaded.bytes
      }
      if (loaded.name !== 'unreachable' || before === null) {
        const { errno, message } = failureOf(loaded)
        this.setup.report(`${path} in the relay's folder ${message}.\n`)
        return errno
      }
      this.setup.report(`The relay cannot be reached: ${path} is the version that was last read here.\n`)
      this.arrived(path, node, before, { tag: known?.tag ?? null })
      return before
    })
    this.note(path, known?.stored ?? null, tag)
    return known === undefined
  }

  /** A waiting file has its content; one from the relay is stored after the run, for offline use. */
  private arrived(
    path: string,
    node: FileNode,
    bytes: Uint8Array,
    what: Pick<Known, 'tag' | 'arrived'>,
  ): void {
    const known = this.known.get(path)
    if (known?.node === node) this.known.set(path, { ...known, size: bytes.length, ...what })
  }

  /** Without blocking calls: fetches the folder files named in the code before it runs. */
  private async fetchNamed(code: string): Promise<void> {
    for (const [path, { node, tag }] of this.known) {
      const name = path.slice(path.lastIndexOf('/') + 1)
      if (!isWaiting(node) || !code.includes(name.replace(/\.py$/, ''))) continue
      try {
        const { tag: now, content } = await this.host.ask({ what: 'folder-file', path })
        const bytes = new Uint8Array(await content.arrayBuffer())
        arriveAt(node, bytes)
        this.arrived(path, node, bytes, { tag: now ?? tag, arrived: true })
      } catch (error) {
        if (!(error instanceof HostError)) throw error
        this.setup.report(`${path} in the relay's folder ${failureOf(error).message}.\n`)
      }
    }
  }

  private fetch(path: string): SyncHostResults['folder-file'] | HostError | null {
    try {
      return this.host.callSync({ what: 'folder-file', path }, this.setup.interrupted)?.value ?? null
    } catch (error) {
      if (error instanceof HostError) return error
      throw error
    }
  }

  /** Stores changes; with `copies` also what was only read from the folder. */
  private async write(copies = false): Promise<void> {
    if (this.kept !== true) return
    const there = this.firstLook.aside(() => walk(this.files.lookupPath(root).node, this.files))
    const fresh: { readonly file: NewFile; readonly node: FileNode }[] = []
    for (const [path, node] of there) {
      const known = this.known.get(path)
      if (isWaiting(node) || (known !== undefined && !known.arrived && same(node, known))) continue
      const folder = path.endsWith('/')
      if (folder && (known !== undefined || this.listed.has(path))) continue
      if (this.refused.get(path) === node.mtime) continue
      const file = this.newFile(path, node, known)
      if (copies || file.from === null || file.changed) fresh.push({ node, file })
    }
    const gone = [...this.known.keys()].filter((path) => !there.has(path))
    for (const path of gone) {
      const tag = this.known.get(path)?.tag
      if (tag !== null && tag !== undefined) this.removed.set(path, tag)
    }
    const stored = gone.filter((path) => this.known.get(path)?.stored !== null)
    for (const path of gone) this.known.delete(path)
    if (stored.length > 0) await this.host.ask({ what: 'unstore', paths: stored })
    if (fresh.length > 0) await this.writeAll(fresh)
  }

  private newFile(path: string, node: FileNode, known: Known | undefined): NewFile {
    const bytes = path.endsWith('/') ? new Uint8Array(0) : bytesOf(node)
    const about = { path, bytes, modified: node.mtime }
    // Not written since.
    if (known?.arrived && same(node, known) && known.tag !== null)
      return { ...about, from: known.tag, changed: false }
    const from = known?.tag ?? known?.stored?.from ?? null
    return { ...about, from, changed: from !== null }
  }

  private async writeAll(
    fresh: readonly { readonly file: NewFile; readonly node: FileNode }[],
  ): Promise<void> {
    // Their present state: background code may write on while they are stored.
    const then = fresh.map(({ node }) => ({ mtime: node.mtime, ctime: node.ctime, size: node.usedBytes }))
    const remember = (i: number, stored: StoredFile): void => {
      const [was, one] = [then[i], fresh[i]]
      if (was === undefined || one === undefined) return
      const tag = stored.changed ? null : stored.from
      this.known.set(stored.path, { node: one.node, ...was, stored, tag })
    }
    try {
      const stored = await this.store(fresh.map(({ file }) => file))
      for (const [i, row] of stored.entries()) remember(i, row)
    } catch (error) {
      if (!(error instanceof HostError)) throw error
      // A single one of them may be too large.
      for (const [i, { file, node }] of fresh.entries()) {
        try {
          const [row] = fresh.length === 1 ? [] : await this.store([file])
          if (row === undefined) throw error
          remember(i, row)
        } catch (failure) {
          if (!(failure instanceof HostError)) throw failure
          this.refused.set(file.path, node.mtime)
          const message = failure.name === 'QuotaExceededError' ? 'not enough storage' : failure.message
          this.setup.report(
            `${file.path} could not be stored in this browser: ${message}. It is lost when the kernel stops.\n`,
          )
        }
      }
    }
  }

  /** All of them or, when rejected, none. */
  private async store(files: readonly NewFile[]): Promise<readonly StoredFile[]> {
    for (const { path } of files) this.storing.add(path)
    try {
      // The buffer may be larger than the file.
      const copies = files.map((file) => ({ ...file, bytes: file.bytes.slice() }))
      return await this.host.ask({ what: 'store', files: copies })
    } finally {
      for (const { path } of files) this.storing.delete(path)
    }
  }
}
