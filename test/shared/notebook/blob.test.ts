import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import * as Y from 'yjs'
import { blobValue, readBlobRef, toBlob, type OutputBlob } from '../../../shared/notebook/output/blob.ts'
import {
  inlineBlobs,
  blobsIn,
  extractBlobs,
  documentBlobs,
  withBlobs,
} from '../../../shared/notebook/document/blob-references.ts'
import { importNotebook } from '../../../shared/notebook/document/import.ts'
import { newCell, type Leaf, type Notebook } from '../../../shared/notebook/notebook.ts'
import { newNotebook } from '../../../shared/ipynb/fresh.ts'
import { leafOf } from '../ipynb/files.ts'

const long = 20_000
const blobOf = (mime: string, value: Leaf): OutputBlob => {
  const blob = toBlob(mime, value)
  if (blob === null) throw new Error('it is no blob')
  return blob
}
const again = (mime: string, value: Leaf): Leaf | undefined => {
  const { ref, bytes } = blobOf(mime, value)
  return blobValue(ref, bytes)
}

const withOutput = (leaf: Leaf): Notebook => ({
  ...newNotebook(),
  cells: [
    {
      ...newCell('code', 'x'),
      result: {
        run: null,
        count: null,
        status: 'done',
        outputs: [{ live: false, leaf }],
        reply: null,
        thinking: null,
        calls: [],
      },
    },
  ],
})
const display = (data: { readonly [mime: string]: Leaf }, metadata: Leaf = {}): Leaf => ({
  output_type: 'display_data',
  data,
  metadata,
})
const image = Buffer.alloc(long, 7).toString('base64')

describe('a blob of a large output value', () => {
  test('is named by the digest of its bytes, which are those of the image', () => {
    const { ref, bytes } = blobOf('image/png', image)
    expect(ref).toMatchObject({ mime: 'image/png', size: long, as: 'base64' })
    expect(ref.$blob).toBe(`sha256-${createHash('sha256').update(bytes).digest('hex')}`)
    expect(Buffer.from(bytes).equals(Buffer.alloc(long, 7))).toBe(true)
  })

  test.each([
    ['image/png', image],
    ['image/png', `${image}\n`],
    ['image/png', `${image}\n\n`],
    // 76 characters a line, as in MIME.
    ['image/png', image.replaceAll(/.{76}/g, '$&\n')],
    ['image/png', `${image.slice(0, -4)}AB==`],
    ['text/plain', image],
    ['text/html', '<p>ä\u{1f40d}</p>\n'.repeat(long)],
    ['text/html', Array.from({ length: long }, (_, i) => `${i}\n`)],
    ['text/html', ['no line end', ...Array.from({ length: long }, () => 'x\n')]],
    ['text/plain', `\ufeff${'x'.repeat(long)}`],
    ['text/plain', `\ud800${'x'.repeat(long)}`],
    ['text/plain', ['x'.repeat(long), '']],
    ['application/json', { a: [1, 2.5, null, { $json: '1.0' }], b: 'x'.repeat(long) }],
    ['application/json', { $blob: 'sha256-0', mime: 'a', size: 0, as: 'text' }],
  ] as [string, Leaf][])('decodes to the original value of %s', (mime, value) => {
    expect(again(mime, value)).toEqual(value)
  })

  test('decodes to any original value (random values)', () => {
    const pieces = fc.oneof(
      fc.base64String(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\n', '\r\n', '='),
    )
    const text = fc.tuple(pieces, pieces).map(([a, b]) => a.repeat(long) + b)
    const value = fc.oneof(
      text,
      fc.array(pieces, { minLength: 1 }).map((lines) => [...lines, 'x'.repeat(long)]),
      // JSON.stringify writes -0 as 0; a file's -0 is read as { $json: '-0' }.
      fc.jsonValue().map((json) => [JSON.parse(JSON.stringify(json)), 'x'.repeat(long)] as Leaf),
    )
    const mime = fc.constantFrom('image/png', 'text/plain', 'application/json')
    fc.assert(
      fc.property(mime, value, (kind, leaf) => {
        const blob = toBlob(kind, leaf)
        if (blob !== null) expect(blobValue(blob.ref, blob.bytes)).toEqual(leaf)
      }),
      { numRuns: 60 },
    )
  })

  test('is made only of a large value', () => {
    for (const value of ['x'.repeat(16 * 1024), ['a', 'b'], { a: 1 }, null, 5]) {
      expect(toBlob('text/plain', value)).toBeNull()
    }
  })

  test('is refused if its reference is invalid', () => {
    const { ref } = blobOf('image/png', image)
    expect(readBlobRef({ ...ref })).toEqual(ref)
    for (const bad of [
      null,
      'sha256-0',
      {},
      { ...ref, $blob: '../../etc/passwd' },
      { ...ref, $blob: ref.$blob.toUpperCase() },
      { ...ref, as: 'eval' },
      { ...ref, mime: 5 },
    ])
      expect(readBlobRef(bad)).toBeNull()
    expect(readBlobRef({ ...ref, size: -1 })).toMatchObject({ size: 0 })
  })

  test('is undefined if its bytes do not have the form the reference names', () => {
    const broken = new Uint8Array([0xff, 0xfe])
    for (const as of ['text', 'lines', 'json'] as const)
      expect(blobValue({ $blob: '', mime: 'text/plain', size: 2, as }, broken)).toBeUndefined()
  })
})

describe('blobs between file and document', () => {
  const notebook = withOutput(
    display({ 'image/png': image, 'text/plain': '<Figure>', __proto__: 'x' }, { 'image/png': { width: 5 } }),
  )

  test('large values are references in the document and inline in the file', () => {
    const { notebook: detached, blobs } = extractBlobs(notebook)
    expect(JSON.stringify(detached).length).toBeLessThan(2_000)
    expect([...blobs.keys()]).toEqual(blobsIn(detached).map(({ $blob }) => $blob))
    expect(inlineBlobs(detached, ({ $blob }) => blobs.get($blob))).toEqual(notebook)
    const doc = new Y.Doc()
    Y.applyUpdate(doc, importNotebook(detached, 'doc'))
    expect(documentBlobs(doc)).toEqual(blobsIn(detached))
  })

  test('a value whose bytes are missing is left out of the file, and is a reference again when it is read', () => {
    const { notebook: detached, blobs } = extractBlobs(notebook)
    const without = inlineBlobs(detached, () => undefined)
    const leaf = leafOf(without, 0) as { readonly data: object; readonly metadata: object }
    expect(Object.keys(leaf.data)).toEqual(['text/plain'])
    expect(leaf.metadata).toMatchObject({ 'image/png': { width: 5 } })
    const read = extractBlobs(without)
    expect(read.blobs.size).toBe(0)
    expect(inlineBlobs(read.notebook, ({ $blob }) => blobs.get($blob))).toEqual(notebook)
  })

  test('a reader gets the values whose bytes are present', () => {
    const { notebook: detached, blobs } = extractBlobs(notebook)
    expect(withBlobs(detached, () => undefined)).toEqual(detached)
    expect(withBlobs(detached, ({ $blob }) => blobs.get($blob))).toEqual(notebook)
  })

  test('a value in a file that looks like a reference stays a plain value', () => {
    const { ref } = blobOf('image/png', image)
    const sly = withOutput(display({ 'application/json': { ...ref } }))
    const { notebook: detached, blobs } = extractBlobs(sly)
    expect(blobsIn(detached).map(({ $blob }) => $blob)).not.toContain(ref.$blob)
    expect(inlineBlobs(detached, ({ $blob }) => blobs.get($blob))).toEqual(sly)
  })

  test('outputs without a MIME bundle are unchanged', () => {
    for (const leaf of [
      null,
      5,
      [],
      { output_type: 'error' },
      { data: 'x'.repeat(long) },
      { data: [1] },
    ] as Leaf[])
      expect(leafOf(extractBlobs(withOutput(leaf)).notebook, 0)).toEqual(leaf)
  })
})
