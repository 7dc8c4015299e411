// The packages that Python has from the start, its own part of the kernel among them, in one file: a list of paths
// and lengths as JSON behind its length, and the contents one after the other. Plain JavaScript, as the snapshot is
// taken with it.

/** Where Python finds them: behind what a notebook installs. */
export const libraryFolder = '/lib/kernel'

/**
 * Puts the files where Python finds them. Their contents stay where they are.
 *
 * @param {{ mkdirTree(path: string): void, writeFile(path: string, content: Uint8Array, how: object): void }} FS Pyodide's
 * @param {Uint8Array} packed
 */
export function mountLibrary(FS, packed) {
  const length = new DataView(packed.buffer, packed.byteOffset, 4).getUint32(0, true)
  let at = 4 + length
  /** @type {[path: string, length: number][]} */
  const files = JSON.parse(new TextDecoder().decode(packed.subarray(4, at)))
  let made = ''
  for (const [path, size] of files) {
    const whole = `${libraryFolder}/${path}`
    const folder = whole.slice(0, whole.lastIndexOf('/'))
    if (folder !== made) FS.mkdirTree(folder)
    made = folder
    FS.writeFile(whole, packed.subarray(at, at + size), { canOwn: true })
    at += size
  }
}
