// The contents of large files, each under a name of its own in the browser's private file system (OPFS), written once
// and never changed: whoever reads one while another takes its place has either of them whole.

const folderName = 'files'

/** null where the browser refuses it (private windows), or has no way to write there from here. */
const folder = async (): Promise<FileSystemDirectoryHandle | null> => {
  try {
    const root = await navigator.storage.getDirectory()
    return await root.getDirectoryHandle(folderName, { create: true })
  } catch (error) {
    if (error instanceof DOMException || error instanceof TypeError) return null
    throw error
  }
}

/** Whether it is kept there; rejects where the disk is full. */
export const writeLarge = async (name: string, bytes: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const target = await folder()
  if (target === null) return false
  const handle = await target.getFileHandle(name, { create: true })
  // Older Safari has none.
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
    // Gone already, or still being read: it is in nobody's way.
    if (!(error instanceof DOMException)) throw error
  }
}

/** Milliseconds after which a content that nobody names is no longer one that is just being written. */
const unnamedFor = 24 * 3_600_000

export const sweepLarge = async (named: ReadonlySet<string>): Promise<void> => {
  const target = await folder()
  if (target === null) return
  try {
    for await (const [name, handle] of target.entries()) {
      if (named.has(name) || handle.kind !== 'file') continue
      const { lastModified } = await handle.getFile()
      if (lastModified < Date.now() - unnamedFor) await removeLarge(name)
    }
  } catch (error) {
    // Another tab took one away meanwhile: the rest is for the next time.
    if (!(error instanceof DOMException)) throw error
  }
}
