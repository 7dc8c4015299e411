// Requests as other clients send them.
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())
const start = async (): Promise<void> => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
}

/** The whole answer to a request, which the server ends. */
const send = async (
  lines: readonly string[],
  body = '',
  host = `127.0.0.1:${relay.port}`,
): Promise<string> => {
  const socket = connect(relay.port, '127.0.0.1')
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString()))
  socket.write(`${[...lines, `Host: ${host}`].join('\r\n')}\r\n\r\n${body}`)
  await once(socket, 'close')
  return answer
}
/** As `curl --http2` and Java's HttpClient. */
const toHttp2 = ['Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__']

test('a request that asks for HTTP/2 is answered in HTTP/1.1', async () => {
  await start()
  const answer = await send(['GET /api/notebooks/a.ipynb HTTP/1.1', ...toHttp2])
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(answer.endsWith(notebookText('x'))).toBe(true)
  expect(await send(['DELETE /api/notebooks/a.ipynb HTTP/1.1', ...toHttp2])).toMatch(/^HTTP\/1\.1 204 /)
  const withBody = await send(['PUT /api/files/a.csv HTTP/1.1', 'Content-Length: 3', ...toHttp2], 'abc')
  expect(withBody).toMatch(/^HTTP\/1\.1 400 [^]*cannot ask for an upgrade/)
})

test('a compressed body is refused instead of stored as it is', async () => {
  await start()
  const put = (encoding: string): Promise<Response> =>
    fetch(`${relay.origin}/api/files/a.csv`, {
      method: 'PUT',
      body: 'abc',
      headers: { 'Content-Encoding': encoding },
    })
  expect((await put('gzip')).status).toBe(415)
  expect((await put('identity')).status).toBe(201)
})

test('a body that says it is too large is refused before it is sent', async () => {
  await start()
  const answer = await send(['PUT /api/files/a.csv HTTP/1.1', 'Content-Length: 99999999999'])
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
})

test('a request line with the whole URL is answered, and its host counts', async () => {
  await start()
  const get = (url: string, host?: string): Promise<string> =>
    send([`GET ${url} HTTP/1.1`, 'Connection: close'], '', host)
  const own = `http://127.0.0.1:${relay.port}`
  expect((await get(`${own}/api/notebooks/a.ipynb`)).endsWith(notebookText('x'))).toBe(true)
  expect(await get(own)).toMatch(/^HTTP\/1\.1 200 /)
  expect(await get(`${own}/healthz`, 'evil.example')).toMatch(/^HTTP\/1\.1 200 /)
  expect(await get('http://evil.example/healthz')).toMatch(/^HTTP\/1\.1 403 /)
  const upgrade = [
    `GET ${own}/sync/a.ipynb HTTP/1.1`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 7',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
  ]
  // The socket is there, only its version is not known.
  expect(await send(upgrade)).not.toMatch(/ 404 /)
})
