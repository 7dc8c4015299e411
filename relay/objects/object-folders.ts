// An object whose name ends with `/` stands for a folder with nothing in it.
import type { Folders } from '../files/folders.ts'
import { isListed } from '../files/new-path.ts'
import type { Moved } from '../files/notebook-files.ts'
import { isName, type FilePath } from '../files/path.ts'
import { refuseBelowFile } from './object-files.ts'
import { find, type ObjectStore } from './object-store.ts'

export class ObjectFolders implements Folders {
  constructor(private readonly store: ObjectStore) {}

  async list(): Promise<readonly string[]> {
    const found = new Set<string>()
    for (const { path } of await this.store.list('')) {
      const names = path.split('/').slice(0, -1)
      if (!isListed(path) || !names.every(isName)) continue
      for (const index of names.keys()) found.add(names.slice(0, index + 1).join('/'))
    }
    return [...found].sort()
  }

  async make(path: FilePath): Promise<'made' | 'exists'> {
    if (await this.isTaken(path)) return 'exists'
    await refuseBelowFile(this.store, path)
    return (await this.store.put(`${path}/`, new Uint8Array(), null)) === null ? 'exists' : 'made'
  }

  async move(from: FilePath, to: FilePath): Promise<Moved> {
    const inside = await this.store.list(`${from}/`)
    if (inside.length === 0) return 'missing'
    if (await this.isTaken(to)) return 'exists'
    await refuseBelowFile(this.store, to)
    for (const { path } of inside) {
      const moved = await this.store.move(path, to + path.slice(from.length))
      if (moved === 'exists') return 'exists'
    }
    return 'moved'
  }

  async remove(path: FilePath): Promise<'removed' | 'missing' | 'not-empty'> {
    const inside = await this.store.list(`${path}/`)
    if (inside.length === 0) return 'missing'
    if (inside.some((object) => object.path !== `${path}/`)) return 'not-empty'
    await this.store.remove(`${path}/`)
    return 'removed'
  }

  private async isTaken(path: string): Promise<boolean> {
    return (await find(this.store, path)) !== null || (await this.store.list(`${path}/`)).length > 0
  }
}
