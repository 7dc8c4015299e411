// The published package contains large files of the page only compressed; every browser can load them.
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, get, type IncomingMessage, type OutgoingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { createPage } from '../../../relay/http/page.ts'
import { newFolder } from '../../support/relay.ts'

const content = Buffer.from('large\n'.repeat(5_000))
let server: Server | null = null
afterEach(() => server?.close())

const ask = async (headers: OutgoingHttpHeaders): Promise<{ answer: IncomingMessage; body: Buffer }> => {
  const folder = await newFolder()
  await mkdir(join(folder, 'pyodide'))
  await writeFile(join(folder, 'pyodide', 'a.wasm.br'), brotliCompressSync(content))
  const page = createPage(folder)
  server = createServer((request, response) => void page(request, response, '/pyodide/a.wasm', ['http://x']))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const [answer] = (await once(get({ port, path: '/pyodide/a.wasm', headers }), 'response')) as [
    IncomingMessage,
  ]
  return { answer, body: Buffer.concat(await answer.toArray()) }
}

test('a client that accepts Brotli receives the compressed file', async () => {
  const { answer, body } = await ask({ 'accept-encoding': 'gzip, br' })
  expect(answer.headers).toMatchObject({ 'content-encoding': 'br', 'content-type': 'application/wasm' })
  expect(brotliDecompressSync(body)).toEqual(content)
})

test('another client receives it decompressed', async () => {
  const { answer, body } = await ask({ 'accept-encoding': 'gzip' })
  expect(answer.headers['content-encoding']).toBeUndefined()
  expect(answer.headers['content-type']).toBe('application/wasm')
  expect(body).toEqual(content)
})
