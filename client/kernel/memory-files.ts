// The part of Emscripten's in-memory file system used here: nodes, and nodes whose content is loaded when they are
// first opened.

export interface FileNode {
  mode: number
  contents: Uint8Array | Record<string, FileNode>
  usedBytes: number
  mtime: number
  ctime: number
  node_ops: { setattr(node: FileNode, change: { readonly size?: number }): void }
  stream_ops: { open?: (stream: Stream) => void }
}

interface Stream {
  readonly fd: number
  readonly node: FileNode
  stream_ops: FileNode['stream_ops']
}

export interface MemoryFiles {
  readonly ErrnoError: new (errno: number) => Error
  mkdirTree(path: string): void
  chdir(path: string): void
  cwd(): string
  writeFile(path: string, bytes: Uint8Array, options?: { readonly canOwn: boolean }): void
  utime(path: string, accessed: number, modified: number): void
  unlink(path: string): void
  rmdir(path: string): void
  lookupPath(path: string, options?: object): { readonly node: FileNode }
  isDir(mode: number): boolean
  isFile(mode: number): boolean
  closeStream(fd: number): void
}

/** Returns the content, or the errno for Python. */
export type Load = () => Uint8Array | number

/** Emscripten's error numbers. */
export const [interruptedCall, inputOutputError, noSuchFile, notPermitted] = [27, 29, 44, 2]

/** Files whose content is not loaded yet, with the function that sets it. */
const waiting = new WeakMap<FileNode, (bytes: Uint8Array) => void>()
export const isWaiting = (node: FileNode): boolean => waiting.has(node)
/** Sets the content before the file is opened. */
export const arriveAt = (node: FileNode, bytes: Uint8Array): void => waiting.get(node)?.(bytes)

export const nodeAt = (files: MemoryFiles, path: string): FileNode | null => {
  try {
    return files.lookupPath(path).node
  } catch (error) {
    if (error instanceof files.ErrnoError) return null
    throw error
  }
}

/** Python writes signed bytes. */
export const bytesOf = (node: FileNode): Uint8Array<ArrayBuffer> => {
  const { buffer, byteOffset } = node.contents as Uint8Array<ArrayBuffer>
  return new Uint8Array(buffer, byteOffset, node.usedBytes)
}

/** Creates a file with its size and time; the content is loaded when it is opened. */
export const putWaiting = (
  files: MemoryFiles,
  path: string,
  about: { readonly size: number; readonly modified: number },
  load: Load,
): FileNode => {
  files.writeFile(path, new Uint8Array(0))
  files.utime(path, about.modified, about.modified)
  const { node } = files.lookupPath(path)
  const plain = { node: node.node_ops, stream: node.stream_ops }
  const arrive = (bytes: Uint8Array): void => {
    waiting.delete(node)
    node.contents = bytes
    node.usedBytes = bytes.length
    node.node_ops = plain.node
    node.stream_ops = plain.stream
  }
  const fetchNow = (): void => {
    const loaded = load()
    if (typeof loaded === 'number') throw new files.ErrnoError(loaded)
    arrive(loaded)
  }
  waiting.set(node, arrive)
  node.usedBytes = about.size
  node.node_ops = {
    ...plain.node,
    setattr: (_, change) => {
      // Truncated for writing: no need to load it.
      if (change.size === 0) arrive(new Uint8Array(0))
      else if (change.size !== undefined) fetchNow()
      plain.node.setattr(node, change)
    },
  }
  node.stream_ops = {
    ...plain.stream,
    open: (stream) => {
      try {
        if (waiting.has(node)) fetchNow()
      } catch (error) {
        files.closeStream(stream.fd)
        throw error
      }
      stream.stream_ops = plain.stream
    },
  }
  return node
}

/** Every file and every empty folder (ending in `/`) below a folder. */
export const walk = (
  folder: FileNode,
  files: MemoryFiles,
  at = '',
  found = new Map<string, FileNode>(),
): Map<string, FileNode> => {
  for (const [name, node] of Object.entries(folder.contents as Record<string, FileNode>)) {
    const path = at + name
    if (files.isFile(node.mode)) found.set(path, node)
    else if (files.isDir(node.mode)) {
      if (Object.keys(node.contents).length === 0) found.set(`${path}/`, node)
      else walk(node, files, `${path}/`, found)
    }
  }
  return found
}
