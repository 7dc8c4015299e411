// Creates Python wheels for tests.
import { createHash } from 'node:crypto'
import { crc32, gzipSync } from 'node:zlib'

export interface Wheel {
  readonly project: string
  readonly filename: string
  readonly bytes: Buffer
  readonly sha256: string
}

/** A zip file without compression. */
export const zip = (files: Readonly<Record<string, string>>, comment = ''): Buffer => {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const [name, text] of Object.entries(files)) {
    const [path, content] = [Buffer.from(name), Buffer.from(text)]
    // Version, flags, method, time, date (1980-01-01), checksum, both sizes, lengths of the name and extra field.
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x21, 8)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(content.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), common, path, content])
    // The directory entry also has the creator’s version, and at the end comment length, disk, attributes and offset.
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    directory.push(Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), common, tail, path]))
    parts.push(local)
    offset += local.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\u0005\u0006')
  end.writeUInt16LE(directory.length, 8)
  end.writeUInt16LE(directory.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, listed, end, Buffer.from(comment)])
}

/** A pure Python wheel with these files. */
export const wheel = (
  project: string,
  files: Readonly<Record<string, string>>,
  { version = '1.0', requires = [] }: { version?: string; requires?: readonly string[] } = {},
): Wheel => {
  const info = `${project}-${version}.dist-info`
  const needs = requires.map((name) => `Requires-Dist: ${name}\n`).join('')
  const all: Record<string, string> = {
    ...files,
    [`${info}/METADATA`]: `Metadata-Version: 2.1\nName: ${project}\nVersion: ${version}\n${needs}`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  }
  const record = [...Object.keys(all), `${info}/RECORD`].map((path) => `${path},,\n`).join('')
  const bytes = zip({ ...all, [`${info}/RECORD`]: record })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { project, filename: `${project}-${version}-py3-none-any.whl`, bytes, sha256 }
}

/** A source archive of a project: a compressed tar file. */
export const sources = (project: string, version: string, files: Readonly<Record<string, string>>): Wheel => {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const [head, content] = [Buffer.alloc(512), Buffer.from(text)]
    head.write(`${project}-${version}/${name}`, 0)
    head.write('0000644\0', 100)
    head.write(`${content.length.toString(8).padStart(11, '0')}\0${'0'.repeat(11)}\0${' '.repeat(8)}0`, 124)
    head.write('ustar\u{0}00', 257)
    const sum = head.reduce((all, byte) => all + byte, 0)
    head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [head, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  const bytes = gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { project, filename: `${project}-${version}.tar.gz`, bytes, sha256 }
}
