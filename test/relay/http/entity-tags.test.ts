// Conditional requests and refused methods, as programs and proxies send them.
import { afterEach, expect, test } from 'vitest'
import { notebookText, TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const notebook = '/api/notebooks/a.ipynb'
const put = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(relay.origin + url, { method: 'PUT', body, headers })

test.each([notebook, '/api/files/data.csv', '/api/files/', '/'])(
  'what a client holds under a weak tag, or one of several, is not sent again: %s',
  async (url) => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x'), 'data.csv': 'a,b\n' })
    const first = await relay.raw(url)
    const tag = String(first.headers['etag'])
    const weak = `W/${tag.replace(/^W\//, '')}`
    for (const held of [tag, weak, `"other", ${weak}`, '*'])
      expect([held, (await relay.raw(url, { 'If-None-Match': held })).status]).toEqual([held, 304])
    for (const held of ['"other"', 'W/"other"', tag.replaceAll('"', '')])
      expect([held, (await relay.raw(url, { 'If-None-Match': held })).status]).toEqual([held, 200])
  },
)

test('a version is named also by a weak tag, or among several', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('x'), 'data.csv': 'a,b\n' })
  const tagOf = async (url: string): Promise<string> =>
    String((await relay.raw(url)).headers['etag']).replace(/^(?:W\/)?/, 'W/')
  const tag = await tagOf(notebook)
  expect((await put(notebook, notebookText('y'), { 'If-Match': tag })).status).toBe(200)
  expect((await put(notebook, notebookText('z'), { 'If-Match': `"other", ${tag}` })).status).toBe(200)
  expect((await put(notebook, notebookText('z'), { 'If-Match': '*' })).status).toBe(200)
  expect((await put(notebook, notebookText('z'), { 'If-Match': 'W/"other"' })).status).toBe(412)
  // Not taken for a request that names none.
  expect((await put(notebook, notebookText('z'), { 'If-Match': 'other' })).status).toBe(400)
  const file = '/api/files/data.csv'
  expect((await put(file, 'new', { 'If-Match': await tagOf(file) })).status).toBe(200)
})

test('a notebook that is to be written only where there is none is not merged into one', async () => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
  const refused = await put(notebook, notebookText('y'), { 'If-None-Match': '*' })
  expect([refused.status, await refused.json()]).toMatchObject([412, { error: { code: 'other_version' } }])
  expect(String((await relay.raw(notebook)).body)).toBe(notebookText('x'))
})

test.each([
  [notebook, 'POST', 'GET, HEAD, PUT, PATCH, DELETE'],
  ['/api/notebooks', 'OPTIONS', 'GET, HEAD, POST'],
  ['/', 'POST', 'GET, HEAD'],
  ['/healthz', 'DELETE', 'GET, HEAD'],
  ['/pypi/simple/x/', 'PUT', 'GET, HEAD'],
])('%s says which methods it takes instead of %s', async (url, method, allowed) => {
  relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
  const refused = await fetch(relay.origin + url, { method })
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')?.split(', ').toSorted()).toEqual(allowed.split(', ').toSorted())
})
