import type { FolderFile, FolderListing } from '../../shared/api/routes.ts'
import { isListed } from '../files/new-path.ts'
import { whyNoName, type FilePath } from '../files/path.ts'
import { maxListed, type PlainFile, type PlainFiles, type Written } from '../files/plain.ts'
import { refuseBelowFile } from './object-files.ts'
import { find, type ObjectStore, type StoredObject } from './object-store.ts'

const describe = ({ size, modified, tag }: StoredObject, path: string): FolderFile => ({
  path,
  size,
  modified,
  tag,
})

type Entry = { readonly file: FolderFile } | { readonly folder: string } | { readonly reason: string }

const depthOf = (path: string): number => path.split('/').length

export class ObjectPlainFiles implements PlainFiles {
  constructor(private readonly store: ObjectStore) {}

  async list(folder: FilePath | ''): Promise<FolderListing | null> {
    const prefix = folder === '' ? '' : `${folder}/`
    const objects = await this.store.list(prefix)
    if (objects.length === 0 && folder !== '') return null
    const entries = new Map<string, Entry>()
    for (const object of objects) this.add(entries, object.path.slice(prefix.length), object)
    // Those nearest come first.
    const all = [...entries].sort(([a], [b]) => depthOf(a) - depthOf(b) || (a < b ? -1 : 1))
    const shown = all.slice(0, maxListed)
    return {
      files: shown.flatMap(([, entry]) => ('file' in entry ? [entry.file] : [])),
      folders: shown.flatMap(([path, entry]) => ('folder' in entry ? [path] : [])),
      unnamed: shown.flatMap(([path, entry]) => ('reason' in entry ? [{ path, reason: entry.reason }] : [])),
      more: all.length > maxListed,
    }
  }

  private add(entries: Map<string, Entry>, path: string, object: StoredObject): void {
    if (!isListed(path)) return
    const names = path.split('/')
    for (const [index, name] of names.entries()) {
      const at = names.slice(0, index + 1).join('/')
      const reason = whyNoName(name)
      // An object whose name ends with `/` stands for an empty folder.
      if (name === '' && index === names.length - 1) return
      if (reason !== null) return void entries.set(at, { reason })
      entries.set(at, index < names.length - 1 ? { folder: at } : { file: describe(object, at) })
    }
  }

  async read(path: FilePath): Promise<PlainFile | null> {
    const found = await this.store.open(path)
    return found && { file: describe(found.object, path), content: found.content }
  }

  async write(path: FilePath, content: Uint8Array, over: string | null): Promise<Written> {
    const there = await find(this.store, path)
    if (there === null) {
      if (over !== null) return { ok: false, problem: 'other-version' }
      if ((await this.store.list(`${path}/`)).length > 0) return { ok: false, problem: 'no-file' }
      await refuseBelowFile(this.store, path)
    } else if (over === null) return { ok: false, problem: 'exists' }
    const written = await this.store.put(path, content, over === '*' ? (there?.tag ?? null) : over)
    if (written !== null) return { ok: true, file: describe(written, path) }
    return { ok: false, problem: over === null ? 'exists' : 'other-version' }
  }
}
