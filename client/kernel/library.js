// The packages Python has from the start, including our part of the kernel, in one file: a list of paths and lengths as
// JSON, preceded by its length, then the contents. Plain JavaScript, because the snapshot is taken with it.

/** Python's import folder for it, after a notebook's own packages. */
export const libraryFolder = '/lib/kernel'

/** A regular file, readable, writable by its owner. */
const mode = 0o100644

/**
 * Mounts the files for Python without copying them. Nodes are added to their folders directly, because looking up each
 * path from the root took five times as long, and Python's start waits for this.
 *
 * @typedef {{ contents?: Uint8Array, usedBytes?: number, node_ops: { mknod(folder: Node, name: string, mode: number, device: number): Node } }} Node
 * @param {{ mkdirTree(path: string): void, lookupPath(path: string): { node: Node } }} FS Pyodide's
 * @param {Uint8Array} packed
 */
export const mountLibrary = (FS, packed) => {
  const length = new DataView(packed.buffer, packed.byteOffset, 4).getUint32(0, true)
  let at = 4 + length
  /** @type {[path: string, length: number][]} */
  const files = JSON.parse(new TextDecoder().decode(packed.subarray(4, at)))
  let made = ''
  /** @type {Node | null} */
  let inside = null
  for (const [path, size] of files) {
    const whole = `${libraryFolder}/${path}`
    const cut = whole.lastIndexOf('/')
    const folder = whole.slice(0, cut)
    if (inside === null || folder !== made) {
      FS.mkdirTree(folder)
      inside = FS.lookupPath(folder).node
    }
    made = folder
    const file = inside.node_ops.mknod(inside, whole.slice(cut + 1), mode, 0)
    file.contents = packed.subarray(at, at + size)
    file.usedBytes = size
    at += size
  }
}
