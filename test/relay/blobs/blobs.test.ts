import { randomBytes } from 'node:crypto'
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeStateAsUpdate, type Doc } from 'yjs'
import { Blobs } from '../../../relay/blobs/store.ts'
import { sweepBlobs } from '../../../relay/blobs/sweep.ts'
import { SqliteLog } from '../../../relay/log/sqlite.ts'
import { blobName, type OutputBlob } from '../../../shared/notebook/output/blob.ts'
import { documentBlobs } from '../../../shared/notebook/document/blob-references.ts'
import { displayLeaf } from '../../../shared/notebook/output/output.ts'
import { readNotebook, visibleCells } from '../../../shared/notebook/document/read.ts'
import { startRun } from '../../../shared/notebook/document/run.ts'
import { notebookText, TestRelay } from '../../support/relay.ts'
import { soon } from '../../support/soon.ts'
import { sourceAt } from '../../support/sources.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const quick = { times: { quiet: 30, atMost: 100, retry: 50, retryAtMost: 200 } }
const day = 24 * 60 * 60 * 1000
const png = (size = 200_000): string => randomBytes(size).toString('base64')

/** Writes an output as a kernel does. Returns the blobs that it would have uploaded to the relay. */
const show = (doc: Doc, base64: string): readonly OutputBlob[] => {
  const [cell] = visibleCells(doc)
  if (cell === undefined) throw new Error('no cell')
  const blobs: OutputBlob[] = []
  const request = { id: randomBytes(8).toString('hex'), by: 'Ana', to: 'kernel:a', at: 1, saw: null }
  const setup = {
    request,
    executor: 'kernel:a',
    at: 1,
    count: 1,
    keepBlob: (blob: OutputBlob) => blobs.push(blob),
  }
  const writer = startRun(doc, cell, setup, 'kernel')
  writer?.output(displayLeaf({ 'image/png': base64, 'text/plain': '<Figure>' }))
  writer?.finish('done', 2)
  return blobs
}

const put = (name: string, bytes: Uint8Array): Promise<Response> =>
  fetch(`${relay.origin}/api/blobs/${name}`, { method: 'PUT', body: new Uint8Array(bytes) })
const send = async (blobs: readonly OutputBlob[]): Promise<void> => {
  for (const { ref, bytes } of blobs) expect((await put(ref.$blob, bytes)).status).toBe(204)
}

interface Shown {
  readonly data: Readonly<Record<string, unknown>>
  readonly metadata: object
}
const outputIn = (text: string): Shown | undefined =>
  (JSON.parse(text) as { cells: { outputs: Shown[] }[] }).cells[0]?.outputs[0]

describe('blobs over HTTP', () => {
  test('are stored under the digest of their bytes and under no other name', async () => {
    relay = await TestRelay.start()
    const bytes = randomBytes(50_000)
    const name = blobName(bytes)
    const address = `/api/blobs/${name}`
    expect((await relay.request(address)).status).toBe(404)
    expect((await relay.request(address, 'HEAD')).status).toBe(404)
    const wrong = await put(name, randomBytes(10))
    expect(wrong.status).toBe(400)
    expect(await wrong.json()).toMatchObject({ error: { code: 'bad_request' } })
    expect((await relay.request(address)).status).toBe(404)

    expect((await put(name, bytes)).status).toBe(204)
    expect((await put(name, bytes)).status).toBe(204)
    expect((await relay.request(address, 'HEAD')).status).toBe(200)
    const answer = await relay.request(address)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
    expect(answer.headers.get('content-security-policy')).toBe('sandbox')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-type')).toBe('application/octet-stream')

    await relay.restart()
    expect((await relay.request(address)).status).toBe(200)
    for (const bad of ['sha256-0', `${name}0`, '..%2flog.sqlite', name.toUpperCase()])
      expect((await relay.request(`/api/blobs/${bad}`)).status).toBe(400)
    expect((await relay.request(address, 'DELETE')).status).toBe(405)
    const foreign = await relay.request(address, 'PUT', undefined, { Origin: 'http://elsewhere.example' })
    expect(foreign.status).toBe(403)
  })

  test('are waited for while they are being uploaded, if the request prefers to wait', async () => {
    relay = await TestRelay.start()
    const bytes = randomBytes(1000)
    const name = blobName(bytes)
    const waiting = relay.request(`/api/blobs/${name}`, 'GET', undefined, { Prefer: 'wait=20' })
    expect((await put(name, bytes)).status).toBe(204)
    expect(Buffer.from(await (await waiting).arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('that the disk has damaged are not served, and can be uploaded again', async () => {
    relay = await TestRelay.start()
    const bytes = randomBytes(1000)
    const name = blobName(bytes)
    await put(name, bytes)
    await relay.pause()
    const file = join(relay.folder, '.llm-notebook', 'blobs', name.slice(7, 9), name)
    await writeFile(file, randomBytes(1000))
    await relay.resume()
    expect((await relay.request(`/api/blobs/${name}`)).status).toBe(404)
    expect((await relay.request(`/api/blobs/${name}`, 'HEAD')).status).toBe(404)
    await put(name, bytes)
    expect((await readFile(file)).equals(bytes)).toBe(true)
    expect((await relay.request(`/api/blobs/${name}`)).status).toBe(200)
  })
})

describe('blobs of a notebook', () => {
  const text = (image: string): string => {
    const notebook = JSON.parse(notebookText('plot()')) as { cells: { outputs: unknown[] }[] }
    notebook.cells[0]?.outputs.push(displayLeaf({ 'image/png': image, 'text/plain': '<Figure>' }))
    return `${JSON.stringify(notebook, null, 1)}\n`
  }

  test('are apart from the document, and inline in the file', async () => {
    const image = png()
    relay = await TestRelay.start({ 'a.ipynb': text(image) }, quick)
    const ana = await relay.synced('a.ipynb')
    expect(documentBlobs(ana.doc)).toMatchObject([{ mime: 'image/png', size: 200_000 }])
    expect(JSON.stringify(readNotebook(ana.doc)).length).toBeLessThan(2_000)
    const source = (await relay.file('a.ipynb')).replace('"plot()"', '"plot() # again"')
    sourceAt(ana.doc, 0).insert(6, ' # again')
    await expect.poll(() => relay.file('a.ipynb'), soon).toBe(source)
    expect(await (await relay.request('/api/notebooks/a.ipynb')).text()).toBe(source)
  })

  test('are replaced when another program changes an output in the file', async () => {
    const [before, after] = [png(), png()]
    relay = await TestRelay.start({ 'a.ipynb': text(before) }, quick)
    const ana = await relay.synced('a.ipynb')
    const [ref] = documentBlobs(ana.doc)
    await writeFile(join(relay.folder, 'a.ipynb'), text(after))
    await expect.poll(() => documentBlobs(ana.doc)[0]?.$blob, soon).not.toBe(ref?.$blob)
    expect(await (await relay.request('/api/notebooks/a.ipynb')).text()).toBe(text(after))
  })

  test('are waited for before the file is written', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('plot()') }, quick)
    const ana = await relay.synced('a.ipynb')
    const image = png()
    const blobs = show(ana.doc, image)
    expect(blobs).toHaveLength(1)
    await send(blobs)
    await expect.poll(async () => outputIn(await relay.file('a.ipynb'))?.data['image/png'], soon).toBe(image)
  })

  test('that never arrive are left out of the file, and are written once they arrive', async () => {
    const parts = { times: { ...quick.times, blobs: 100 } }
    relay = await TestRelay.start({ 'a.ipynb': notebookText('plot()') }, parts)
    const ana = await relay.synced('a.ipynb')
    const image = png()
    const blobs = show(ana.doc, image)
    await expect
      .poll(async () => outputIn(await relay.file('a.ipynb')), soon)
      .toMatchObject({
        data: { 'text/plain': ['<Figure>'] },
        metadata: { llm_notebook_missing: { 'image/png': { mime: 'image/png' } } },
      })
    // The file says which blob is missing, so that it can be found.
    await relay.restart(parts)
    await send(blobs)
    const again = await relay.synced('a.ipynb')
    sourceAt(again.doc, 0).insert(0, '#')
    await expect.poll(async () => outputIn(await relay.file('a.ipynb'))?.data['image/png'], soon).toBe(image)
    expect(outputIn(await relay.file('a.ipynb'))?.metadata).toEqual({})
  })

  test('of 100 runs with an image of 200 kB add less than 50 kB to document and log', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('plot()') }, quick)
    const ana = await relay.synced('a.ipynb')
    for (let n = 0; n < 100; n++) await send(show(ana.doc, png()))
    const last = documentBlobs(ana.doc)[0]
    await expect
      .poll(async () => {
        const image = outputIn(await relay.file('a.ipynb'))?.data['image/png']
        return typeof image === 'string' && blobName(Buffer.from(image, 'base64'))
      }, soon)
      .toBe(last?.$blob)
    const document = encodeStateAsUpdate(ana.doc).length
    await relay.pause()
    const database = new Database(join(relay.folder, '.llm-notebook', 'log.sqlite'))
    try {
      const [log] = database
        .prepare(
          `SELECT coalesce((SELECT sum(length(bytes)) FROM updates), 0) + coalesce((SELECT sum(length(bytes))
             FROM checkpoints), 0) + coalesce((SELECT sum(length(packed) + length(stints)) FROM chunks), 0) AS bytes`,
        )
        .all([]) as { bytes: number }[]
      console.log(`document ${document} bytes, log ${log?.bytes} bytes`)
      expect(document).toBeLessThan(50_000)
      expect(log?.bytes).toBeGreaterThan(0)
      expect(log?.bytes).toBeLessThan(50_000)
    } finally {
      database.close()
    }
    await relay.resume(quick)
  })

  test('are deleted when unused and old, except those of a revision', async () => {
    relay = await TestRelay.start({ 'a.ipynb': text(png()) }, quick)
    const ana = await relay.synced('a.ipynb')
    const [first] = documentBlobs(ana.doc)
    const unused = randomBytes(1000)
    await put(blobName(unused), unused)
    await send(show(ana.doc, png()))
    const [second] = documentBlobs(ana.doc)
    await relay.pause()
    const own = join(relay.folder, '.llm-notebook')
    const [blobs, log] = [new Blobs(join(own, 'blobs')), await SqliteLog.open(join(own, 'log.sqlite'))]
    try {
      expect(await sweepBlobs(blobs, log, Date.now())).toBe(0)
      expect(await sweepBlobs(blobs, log, Date.now() + 2 * day)).toBe(1)
      const left = (await readdir(join(own, 'blobs'), { recursive: true })).filter((name) => name.length > 10)
      expect(new Set(left.map((name) => name.slice(3)))).toEqual(new Set([first?.$blob, second?.$blob]))
      // A blob that is used again counts as new.
      const file = join(own, 'blobs', first?.$blob.slice(7, 9) ?? '', first?.$blob ?? '')
      await utimes(file, 1, 1)
      expect(await blobs.touch(first?.$blob ?? '')).toBe(true)
      expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - day)
    } finally {
      await log.close()
    }
    await relay.resume(quick)
  })
})
