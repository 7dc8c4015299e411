// The page's side of host calls: the notebook's files in this browser and in the relay's folder, packages, and
// permission for the network. The calling code is the notebook's, so every call is treated as hostile; it never chooses
// whose files or which folder.
import { toBrowserPath } from '../base-path.ts'
import { reasonOf } from '../document/database.ts'
import type { FolderListing } from '../../shared/api/routes.ts'
import { fileUrl, fetchListing, type TaggedListing } from '../files/folder.ts'
import { FileStore, type StoredFile } from '../files/store.ts'
import type { HostResult, HostCall, HostResults } from './host-call.ts'
import { parseHostCall } from './parse-host-call.ts'
import type { Permission } from './permission.ts'
import type { Place } from './protocol.ts'

/** Milliseconds a run waits for the relay's file list, and for which a relay that did not answer is not asked again. */
const listPatience = 3_000
const listPause = 15_000
const readPatience = 120_000
const maxOpenCalls = 2_000

/** Expected failures: sent to the worker by name. */
class Refusal extends Error {
  constructor(name: string, message = '') {
    super(message)
    this.name = name
  }
}

export class HostServices {
  private open = 0
  private store: Promise<FileStore> | null = null
  /** The store's content as last sent. */
  private rows = new Map<string, StoredFile>()
  private lastListing: (TaggedListing & { readonly folder: string }) | null = null
  private notBefore = 0

  constructor(
    private readonly place: () => Place | null,
    private readonly permission: Permission,
    /** Resolves when the worker can see the permission. */
    private readonly permissionApplied: () => Promise<void>,
  ) {}

  async handle(message: unknown): Promise<HostResult> {
    if (this.open >= maxOpenCalls)
      return { ok: false, refusal: { name: 'busy', message: 'too many requests at once' } }
    this.open += 1
    try {
      const need = parseHostCall(message)
      if (need === null) throw new Refusal('nonsense', 'unknown request')
      return { ok: true, value: await this.dispatch(need) }
    } catch (error) {
      if (error instanceof Refusal || error instanceof DOMException || error instanceof TypeError)
        return { ok: false, refusal: { name: error.name, message: reasonOf(error) } }
      throw error
    } finally {
      this.open -= 1
    }
  }

  async close(): Promise<void> {
    const store = await this.store?.catch(() => null)
    store?.close()
  }

  private dispatch(need: HostCall): Promise<HostResults[HostCall['what']]> {
    switch (need.what) {
      case 'stored':
        return this.stored()
      case 'content':
        return this.content(need.path, need.version)
      case 'store':
        return this.keep(need)
      case 'unstore':
        return this.remove(need)
      case 'listing':
        return this.listing()
      case 'folder-file':
        return this.folderFile(need.path)
      case 'package':
        return this.package(need.path, need.integrity)
      case 'network':
        return this.network(need.target)
      default:
        return need satisfies never
    }
  }

  private knownPlace(): Place {
    const place = this.place()
    if (place === null) throw new Refusal('unreachable', 'the notebook is not known yet')
    return place
  }

  private opened(): Promise<FileStore> {
    const { docId } = this.knownPlace()
    return (this.store ??= FileStore.open(docId))
  }

  private async stored(): Promise<readonly StoredFile[] | null> {
    const first = this.store === null
    const store = await this.opened()
    if (first) await store.sweep()
    const changedSinceRead = await store.changedSinceRead()
    if (changedSinceRead !== null) this.rows = new Map(changedSinceRead.map((row) => [row.path, row]))
    return changedSinceRead
  }

  private async content(path: string, version: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const row = this.rows.get(path)
    return row?.version === version ? (await this.opened()).read(row) : null
  }

  private async keep({ files }: HostCall & { what: 'store' }): Promise<readonly StoredFile[]> {
    const rows = await (await this.opened()).write(files)
    for (const row of rows) this.rows.set(row.path, row)
    return rows
  }

  private async remove({ paths }: HostCall & { what: 'unstore' }): Promise<null> {
    await (await this.opened()).remove(paths)
    for (const path of paths) this.rows.delete(path)
    return null
  }

  private async listing(): Promise<FolderListing | 'same' | null> {
    const { folder } = this.knownPlace()
    if (performance.now() < this.notBefore) return null
    const began = performance.now()
    const last = this.lastListing?.folder === folder ? this.lastListing : null
    const listing = await fetchListing(folder, listPatience, last)
    if (listing === null) {
      if (performance.now() - began >= listPatience) this.notBefore = performance.now() + listPause
      return null
    }
    if (listing === last) return 'same'
    this.lastListing = { ...listing, folder }
    return listing.listing
  }

  /** Uses the present folder: the notebook may have been moved. */
  private async folderFile(path: string): Promise<HostResults['folder-file']> {
    const url = fileUrl(this.knownPlace().folder, path)
    if (!(await this.permission.ask(path))) throw new Refusal('not allowed')
    let response: Response
    try {
      response = await fetch(url, { signal: AbortSignal.timeout(readPatience) })
    } catch (error) {
      if (error instanceof TypeError || error instanceof DOMException) throw new Refusal('unreachable')
      throw error
    }
    if (response.status === 404) throw new Refusal('gone')
    if (response.status === 413) throw new Refusal('too large')
    if (response.status === 503) throw new Refusal('unreachable')
    if (!response.ok) throw new Refusal('failed', `the relay answered ${response.status}`)
    const [, tag = null] = /^"([^"]*)"$/.exec(response.headers.get('ETag') ?? '') ?? []
    return { tag, content: await response.blob() }
  }

  private async network(target: string): Promise<null> {
    await this.permission.ask(target)
    await this.permissionApplied()
    return null
  }

  private async package(path: string, integrity: string): Promise<HostResults['package']> {
    const response = await fetch(toBrowserPath(path), integrity === '' ? {} : { integrity })
    const contentType = response.headers.get('content-type') ?? 'application/octet-stream'
    return { status: response.status, contentType, content: await response.blob() }
  }
}
