// Packs the wheels and our own Python into one file, as read by library.js.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inflateRawSync } from 'node:zlib'

/** Not needed here: type stubs for jedi, tests, terminal programs. */
const leftOut =
  /^jedi\/third_party\/(django-stubs|typeshed\/stubs)\/|^[^/]+\.data\/|^prompt_toolkit\/contrib\/|\/tests\//

/** The files of a wheel, which is a zip. */
const filesOfWheel = (wheel: Buffer): [path: string, content: Buffer][] => {
  const end = wheel.lastIndexOf('PK\u0005\u0006', undefined, 'latin1')
  const files: [string, Buffer][] = []
  let at = wheel.readUInt32LE(end + 16)
  for (let left = wheel.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [wheel.readUInt16LE(at + 10), wheel.readUInt32LE(at + 20)]
    const [name, extra, comment] = [28, 30, 32].map((offset) => wheel.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ]
    const path = wheel.toString('utf8', at + 46, at + 46 + name)
    const local = wheel.readUInt32LE(at + 42)
    const begin = local + 30 + wheel.readUInt16LE(local + 26) + wheel.readUInt16LE(local + 28)
    const content = wheel.subarray(begin, begin + size)
    if (!path.endsWith('/')) files.push([path, method === 0 ? content : inflateRawSync(content)])
    at += 46 + name + extra + comment
  }
  return files
}

export const buildLibrary = async (wheels: readonly string[], ours: string): Promise<Buffer> => {
  const files: [string, Buffer][] = []
  for (const wheel of wheels)
    files.push(...filesOfWheel(await readFile(wheel)).filter(([path]) => !leftOut.test(path)))
  for (const path of await readdir(ours, { recursive: true }))
    if (path.endsWith('.py')) files.push([path.replaceAll('\\', '/'), await readFile(join(ours, path))])
  files.sort(([a], [b]) => (a < b ? -1 : 1))
  const list = Buffer.from(JSON.stringify(files.map(([path, { length }]) => [path, length])))
  const head = Buffer.alloc(4)
  head.writeUInt32LE(list.length)
  return Buffer.concat([head, list, ...files.map(([, content]) => content)])
}
