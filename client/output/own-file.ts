// A file of the open notebook as this browser has it: Python writes files here, and they reach the folder when they are
// saved to it.
import { findHistory } from '../document/histories.ts'
import { folderOf } from '../files/folder.ts'
import { FileStore } from '../files/store.ts'
import { openPath } from './folder-path.ts'

export interface OwnFile {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** Unique id of these bytes. */
  readonly version: string
  /** Written here since it was last read from or saved to the folder. */
  readonly isNewer: boolean
}

/** `path`: in the relay's folder. Null if there is none, or the browser stores nothing. */
export const ownFile = async (path: string): Promise<OwnFile | null> => {
  const notebook = openPath()
  const docId = notebook === null ? undefined : findHistory(notebook)?.docId
  const folder = folderOf(notebook ?? '')
  if (docId === undefined || !path.startsWith(folder)) return null
  let store: FileStore | null = null
  try {
    store = await FileStore.open(docId)
    const file = (await store.list()).find((each) => each.path === path.slice(folder.length))
    const bytes = file === undefined ? null : await store.read(file)
    if (file === undefined || bytes === null) return null
    return { bytes, version: file.version, isNewer: file.changed || file.from === null }
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  } finally {
    store?.close()
  }
}
