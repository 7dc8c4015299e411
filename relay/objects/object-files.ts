import { buffer } from 'node:stream/consumers'
import { digestOf } from '../disk/digest.ts'
import { isListed } from '../files/new-path.ts'
import {
  OutsideFolder,
  type Content,
  type FileEntry,
  type Moved,
  type NotebookFiles,
  type OwnPath,
  type Problem,
} from '../files/notebook-files.ts'
import { ending, parsePath, whyNoPath, type NotebookPath } from '../files/path.ts'
import { find, type ObjectStore, type StoredObject } from './object-store.ts'

const entryOf = <P extends string>(path: P, object: StoredObject): FileEntry<P> => ({ ...object, path })

/** Object stores allow an object whose path is a folder of other objects; file systems do not. */
export const refuseBelowFile = async (store: ObjectStore, path: string): Promise<void> => {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
    if ((await find(store, path.slice(0, end))) !== null)
      throw new OutsideFolder('a folder cannot be made there: a file is in the way')
}

export class ObjectFiles implements NotebookFiles {
  constructor(private readonly store: ObjectStore) {}

  async list(): Promise<{
    readonly found: readonly FileEntry<NotebookPath>[]
    readonly problems: readonly Problem[]
  }> {
    const found: FileEntry<NotebookPath>[] = []
    const problems: Problem[] = []
    for (const object of await this.store.list('')) {
      const path = object.path
      if (!path.endsWith(ending) || !isListed(path)) continue
      const parsed = parsePath(path)
      if (parsed === null) problems.push({ path, reason: whyNoPath(path) })
      else found.push(entryOf(parsed, object))
    }
    return { found: found.sort((a, b) => (a.path < b.path ? -1 : 1)), problems }
  }

  /** No such program can use an object store. */
  async lastLiveEdit(): Promise<number> {
    return 0
  }

  async listOwn(below: OwnPath): Promise<readonly FileEntry<OwnPath>[]> {
    const objects = await this.store.list(`${below}/`)
    return objects.map((object) => entryOf(object.path as OwnPath, object))
  }

  async read(path: NotebookPath | OwnPath): Promise<Content | null> {
    const found = await this.store.open(path)
    if (found === null) return null
    const bytes = await buffer(found.content)
    const { modified: changed } = found.object
    return { ...found.object, bytes, digest: digestOf(bytes), changed, writable: true }
  }

  async replace(
    path: NotebookPath | OwnPath,
    content: string,
    over: Content | null,
    ready?: () => Promise<void>,
  ): Promise<FileEntry | null> {
    if (over === null) await refuseBelowFile(this.store, path)
    await ready?.()
    const object = await this.store.put(path, Buffer.from(content), over?.tag ?? null)
    return object && entryOf(path, object)
  }

  async move(from: NotebookPath | OwnPath, to: NotebookPath | OwnPath): Promise<Moved> {
    await refuseBelowFile(this.store, to)
    return this.store.move(from, to)
  }

  remove(path: OwnPath): Promise<void> {
    return this.store.remove(path)
  }

  watch(path: NotebookPath, onChange: () => void): () => void {
    return this.store.watch(path, onChange)
  }
}
