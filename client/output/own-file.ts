// A file of the open notebook as this browser has it: Python writes files here, and they reach the folder when they are
// saved to it.
import { findHistory } from '../document/histories.ts'
import { folderOf } from '../files/folder.ts'
import { FileStore } from '../files/store.ts'
import { openPath } from './folder-path.ts'

export interface OwnFile {
  /** Unique id of its content. */
  readonly version: string
  /** Written here since it was last read from or saved to the folder. */
  readonly isNewer: boolean
  /** Rejects if it was changed or removed in the meantime. */
  readonly read: () => Promise<Uint8Array<ArrayBuffer>>
}

const using = async <T>(docId: string, action: (store: FileStore) => Promise<T>): Promise<T> => {
  const store = await FileStore.open(docId)
  try {
    return await action(store)
  } finally {
    store.close()
  }
}

/** `path`: in the relay's folder. Null if there is none, or the browser stores nothing. */
export const ownFile = async (path: string): Promise<OwnFile | null> => {
  const notebook = openPath()
  const docId = notebook === null ? undefined : findHistory(notebook)?.docId
  const folder = folderOf(notebook ?? '')
  if (docId === undefined || !path.startsWith(folder)) return null
  const files = await using(docId, (store) => store.list()).catch((error: unknown) => {
    if (error instanceof DOMException) return []
    throw error
  })
  const file = files.find((each) => each.path === path.slice(folder.length))
  if (file === undefined) return null
  return {
    version: file.version,
    isNewer: file.changed || file.from === null,
    read: async () => {
      const bytes = await using(docId, (store) => store.read(file))
      if (bytes === null) throw new Error('the file was changed just now')
      return bytes
    },
  }
}
