// Contents of large files in the browser's private file system (OPFS). Each content has a unique name and is never changed,
// so that readers always get a complete content while a file is being replaced.

const folderName = 'files'

/** Null if OPFS is not available, e.g. in a private window. */
const folder = async (): Promise<FileSystemDirectoryHandle | null> => {
  try {
    const root = await navigator.storage.getDirectory()
    return await root.getDirectoryHandle(folderName, { create: true })
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return null
    throw error
  }
}

/** Returns false if OPFS is not available; rejects if the disk is full. */
export const writeLarge = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const target = await folder()
  if (target === null) return false
  const handle = await target.getFileHandle(name, { create: true })
  // Not in older versions of Safari.
  if (!('createWritable' in handle)) return false
  const writable = await handle.createWritable()
  await writable.write(bytes)
  await writable.close()
  return true
}

export const readLarge = async (name: string): Promise<Uint8Array<ArrayBuffer> | null> => {
  try {
    const handle = await (await folder())?.getFileHandle(name)
    return handle === undefined ? null : new Uint8Array(await (await handle.getFile()).arrayBuffer())
  } catch (error) {
    if (error instanceof DOMException) return null
    throw error
  }
}

export const removeLarge = async (name: string): Promise<void> => {
  try {
    await (await folder())?.removeEntry(name)
  } catch (error) {
    // Already removed, or still being read; `sweepLarge` will remove it later.
    if (!(error instanceof DOMException)) throw error
  }
}

/** Milliseconds for which unreferenced contents are kept, because they may just be being written. */
const sweepDelay = 24 * 3_600_000

/** Removes contents that are not `referenced`. */
export const sweepLarge = async (referenced: ReadonlySet<string>): Promise<void> => {
  const target = await folder()
  if (target === null) return
  try {
    for await (const [name, handle] of target.entries()) {
      if (referenced.has(name) || handle.kind !== 'file') continue
      const { lastModified } = await handle.getFile()
      if (lastModified < Date.now() - sweepDelay) await removeLarge(name)
    }
  } catch (error) {
    // Another tab removed an entry in the meantime. The rest is removed next time.
    if (!(error instanceof DOMException)) throw error
  }
}
