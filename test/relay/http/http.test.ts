import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { notebookText, TestRelay, type RawAnswer } from '../../support/relay.ts'
import { readSources, sourceAt } from '../../support/sources.ts'
import { createLogger } from '../../../relay/logging/logger.ts'
import { soon } from '../../support/soon.ts'

let relay: TestRelay
afterEach(() => relay.stop())

const errorOf = (answer: RawAnswer): unknown =>
  (JSON.parse(answer.body.toString()) as { error: { code: string } }).error.code

describe('the HTTP API', () => {
  test('lists notebooks with title, time and size, in folders, too, but not hidden ones', async () => {
    const titled = notebookText('x').replace(
      '"cells": [',
      '"cells": [{"cell_type":"markdown","id":"t","metadata":{},"source":"text\\n\\n# A title\\n"},',
    )
    relay = await TestRelay.start({ 'b.ipynb': titled, 'notes.txt': 'no', 'broken.ipynb': '{"cells":' })
    await mkdir(join(relay.folder, 'sub'))
    await mkdir(join(relay.folder, '.git'))
    await writeFile(join(relay.folder, 'sub', 'a.ipynb'), notebookText('x'))
    await writeFile(join(relay.folder, '.git', 'a.ipynb'), notebookText('x'))
    const list = (await (await relay.request('/api/notebooks')).json()) as Record<string, unknown>[]
    expect(list.map(({ path, title }) => [path, title])).toEqual([
      ['b.ipynb', 'A title'],
      ['broken.ipynb', 'broken'],
      ['sub/a.ipynb', 'a'],
    ])
    expect(list.map(({ reason }) => typeof reason)).toEqual(['undefined', 'string', 'undefined'])
    expect(list[0]?.['size']).toBe(titled.length)
    expect(list[0]?.['modified']).toBe(
      (await stat(join(relay.folder, 'b.ipynb'), { bigint: true })).mtime.toISOString(),
    )
    expect((await relay.request('/api/notebooks/broken.ipynb')).status).toBe(422)
  })

  test('creates a notebook, adds the extension, and refuses an existing path', async () => {
    relay = await TestRelay.start()
    const made = await relay.request('/api/notebooks', 'POST', { path: 'sub/new one' })
    expect(made.status).toBe(201)
    expect(made.headers.get('location')).toBe('/api/notebooks/sub/new%20one.ipynb')
    expect(await made.json()).toMatchObject({ path: 'sub/new one.ipynb', title: 'new one' })
    expect(JSON.parse(await relay.file('sub/new one.ipynb'))).toMatchObject({
      nbformat: 4,
      nbformat_minor: 5,
    })
    const again = await relay.request('/api/notebooks', 'POST', { path: 'sub/new one.ipynb' })
    expect(again.status).toBe(409)
    expect(await again.json()).toMatchObject({ error: { code: 'exists' } })
  })

  test('creates a notebook from given content, also with large outputs, and refuses anything else', async () => {
    relay = await TestRelay.start()
    const content = notebookText('a', `"${'b'.repeat(3 << 20)}"`)
    expect((await relay.request('/api/notebooks', 'POST', { path: 'a', content })).status).toBe(201)
    expect(await relay.file('a.ipynb')).toBe(content)
    const refused = await relay.request('/api/notebooks', 'POST', { path: 'b', content: '{"cells": 5}' })
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { code: 'bad_request' } }])
  })

  test('returns the live document with an ETag that changes with it', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    const ana = await relay.synced('a.ipynb')
    const first = await relay.request('/api/notebooks/a.ipynb')
    expect(await first.text()).toBe(notebookText('x'))
    const tag = first.headers.get('etag') ?? ''
    expect(tag).toBe(`"${createHash('sha256').update(notebookText('x')).digest('hex')}"`)
    expect(
      (await relay.request('/api/notebooks/a.ipynb', 'GET', undefined, { 'If-None-Match': tag })).status,
    ).toBe(304)
    sourceAt(ana.doc, 0).insert(0, 'live ')
    await expect
      .poll(async () => (await relay.request('/api/notebooks/a.ipynb')).text(), soon)
      .toBe(notebookText('live x'))
  })

  test('merges a PUT as an edit of the version named by If-Match', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('one', 'two') })
    const ana = await relay.synced('a.ipynb')
    const put = (text: string, tag?: string): Promise<Response> =>
      fetch(`${relay.origin}/api/notebooks/a.ipynb`, {
        method: 'PUT',
        body: text,
        headers: tag === undefined ? {} : { 'If-Match': tag },
      })
    sourceAt(ana.doc, 0).insert(3, '\nread')
    await expect
      .poll(async () => (await relay.request('/api/notebooks/a.ipynb')).text(), soon)
      .toBe(notebookText('one\nread', 'two'))
    const tag = (await relay.request('/api/notebooks/a.ipynb')).headers.get('etag') ?? ''
    sourceAt(ana.doc, 1).insert(3, ' typed since')
    // The body lacks what the named version has: that counts as removed.
    const answer = await put(notebookText('one', 'two'), tag)
    expect([answer.status, await answer.json()]).toEqual([200, { path: 'a.ipynb', marked: [] }])
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two typed since'])
    const now = await relay.request('/api/notebooks/a.ipynb')
    expect(answer.headers.get('etag')).toBe(now.headers.get('etag'))

    expect((await put(notebookText('x'), '"0000"')).status).toBe(412)
    const broken = await put('{"cells": [')
    expect([broken.status, await broken.json()]).toMatchObject([
      400,
      { error: { code: 'bad_request', message: expect.stringContaining('line 1') as string } },
    ])
    expect(readSources(ana.doc)).toEqual(['one', 'two typed since'])
    // Without If-Match the base is the nearest revision of the file.
    expect((await put(notebookText('one', 'two', 'three'))).status).toBe(200)
    await expect.poll(() => readSources(ana.doc), soon).toEqual(['one', 'two typed since', 'three'])
  })

  test('answers every error in the same form', async () => {
    relay = await TestRelay.start()
    expect((await relay.request('/api/notebooks/a.ipynb', 'PUT', {})).status).toBe(404)
    expect((await relay.request('/api/blobs/sha256-00')).status).toBe(400)
    expect((await relay.request('/api/nothing')).status).toBe(404)
    expect((await relay.request('/api/notebooks', 'DELETE')).status).toBe(405)
    for (const body of [{}, { path: 5 }, { path: '../x' }, { path: 'a\0' }, { path: '' }]) {
      const answer = await relay.request('/api/notebooks', 'POST', body)
      expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code: 'bad_request' } }])
    }
    const large = await relay.request('/api/notebooks', 'POST', { path: 'x'.repeat(65 << 20) })
    expect(large.status).toBe(413)
    expect(await (await relay.request('/healthz')).json()).toMatchObject({ status: 'ok' })
    expect(await (await relay.request('/api/models')).json()).toMatchObject([{ provider: 'mock' }])
  })

  test('sends headers so that its answers never run in a frame', async () => {
    relay = await TestRelay.start()
    const { headers } = await relay.request('/api/notebooks')
    expect(headers.get('content-security-policy')).toBe('sandbox')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })
})

describe('access to the relay', () => {
  test('is refused for a foreign Host, whatever the port', async () => {
    relay = await TestRelay.start()
    for (const host of [
      'evil.example',
      `evil.example:${relay.port}`,
      '127.0.0.1.evil.example',
      'localhost@evil',
    ]) {
      expect([host, (await relay.raw('/api/notebooks', { Host: host })).status]).toEqual([host, 403])
    }
    for (const host of ['localhost', `localhost:${relay.port}`, '[::1]:80', 'LOCALHOST:1']) {
      expect([host, (await relay.raw('/api/notebooks', { Host: host })).status]).toEqual([host, 200])
    }
  })

  test('that changes something is refused for a foreign Origin, and allowed without one', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    for (const origin of ['https://evil.example', 'null', 'http://localhost:1']) {
      const answer = await relay.raw('/api/notebooks/a.ipynb', { Origin: origin }, 'DELETE')
      expect([origin, answer.status, errorOf(answer)]).toEqual([origin, 403, 'wrong_origin'])
    }
    expect((await relay.raw('/api/notebooks/a.ipynb', { Origin: relay.origin }, 'DELETE')).status).toBe(204)
  })

  test('to data and sockets is refused for pages of other sites and ports, but links to the page work', async () => {
    relay = await TestRelay.start({ 'a.ipynb': notebookText('x') })
    const ways = [
      '/api/notebooks',
      '/api/notebooks/a.ipynb',
      '/api/models',
      '/pypi/simple/x/',
      '/pyodide/packages/x.whl',
    ]
    for (const site of ['cross-site', 'same-site'])
      for (const path of ways) {
        const answer = await relay.raw(path, { 'Sec-Fetch-Site': site, 'Sec-Fetch-Mode': 'no-cors' })
        expect([site, path, answer.status, errorOf(answer)]).toEqual([site, path, 403, 'wrong_origin'])
      }
    for (const headers of [{}, { 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' }])
      expect((await relay.raw('/api/notebooks', headers)).status).toBe(200)
    expect((await relay.raw('/notebook/a.ipynb', { 'Sec-Fetch-Site': 'cross-site' })).status).not.toBe(403)
    expect((await relay.socket('a.ipynb', '', { 'Sec-Fetch-Site': 'cross-site' }).closed).code).toBe(4403)
  })

  test('that needs other servers is allowed for fetches of the own page and for programs only', async () => {
    relay = await TestRelay.start()
    const statusFor = async (headers: Record<string, string>): Promise<number> => {
      const [wheel, models] = [
        await relay.raw('/pyodide/packages/none.whl', headers),
        await relay.raw('/api/models', headers),
      ]
      expect([404, 403]).toContain(wheel.status)
      expect(models.status).toBe(wheel.status === 403 ? 403 : 200)
      return wheel.status
    }
    const own = { 'Sec-Fetch-Site': 'same-origin', 'Sec-Fetch-Mode': 'cors', 'Sec-Fetch-Dest': 'empty' }
    expect([await statusFor({}), await statusFor(own)]).toEqual([404, 404])
    for (const other of [
      { ...own, 'Sec-Fetch-Site': 'none' },
      { ...own, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' },
      { ...own, 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'iframe' },
      { ...own, 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' },
      { ...own, 'Sec-Fetch-Dest': 'script' },
    ])
      expect([other, await statusFor(other)]).toEqual([other, 403])
  })

  test('that is refused is logged without the token', async () => {
    const lines: string[] = []
    const logger = createLogger('warn', 'text', (line) => lines.push(line))
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x') },
      { logger },
      { tokens: { read: null, comment: null, write: 'secret' } },
    )
    await relay.raw('/api/notebooks', { Host: 'evil.example' })
    await relay.raw('/api/notebooks?token=wrong')
    await relay.raw('/api/notebooks?token=secret', { Origin: 'https://evil.example' }, 'POST')
    await relay.socket('a.ipynb', '?token=wrong').closed
    await relay.socket('a.ipynb', '?token=secret', { Origin: 'https://evil.example' }).closed
    const host = relay.socket('a.ipynb', '?token=secret', { Host: 'evil.example' })
    await expect(host.opened).rejects.toThrow('403')
    const told = lines.map((line) => /(?:request rejected|socket was rejected) why="([^"]*)"/.exec(line)?.[1])
    expect(told).toEqual([
      'wrong_host',
      'not_allowed',
      'wrong_origin',
      expect.stringContaining('token'),
      'wrong origin',
      'wrong host',
    ])
    expect(lines.filter((line) => line.includes('evil.example'))).toHaveLength(4)
    expect(lines.join('')).not.toMatch(/secret|=wrong/)
  })

  test('is allowed under every loopback address', async () => {
    relay = await TestRelay.start({}, {}, { host: '127.0.0.1' })
    for (const host of ['127.0.0.2', '127.255.3.4:80', 'localhost', '[::1]'])
      expect([host, (await relay.raw('/api/notebooks', { Host: host })).status]).toEqual([host, 200])
    for (const host of ['128.0.0.1', '127.0.0.1.evil.example', '127.evil'])
      expect([host, (await relay.raw('/api/notebooks', { Host: host })).status]).toEqual([host, 403])
    await relay.stop()
    // No token is needed, as nobody else can reach it.
    relay = await TestRelay.start({}, {}, { host: '127.3.2.1' })
    expect(relay.address).toMatch(/^http:\/\/127\.3\.2\.1:\d+\/$/)
    expect((await fetch(`${relay.address}api/notebooks`)).status).toBe(200)
  })

  test('is allowed under the Host and Origin of a configured proxy', async () => {
    relay = await TestRelay.start({}, {}, { publicOrigins: ['https://nb.example'] })
    const headers = { Host: 'nb.example', Origin: 'https://nb.example' }
    expect((await relay.raw('/api/notebooks', headers, 'POST')).status).toBe(400)
    expect(
      (await relay.raw('/api/notebooks', { ...headers, Origin: 'http://evil.example' }, 'POST')).status,
    ).toBe(403)
  })

  test('needs a token if one is set, once in the URL and then as a cookie, else 401 or 4401', async () => {
    relay = await TestRelay.start(
      { 'a.ipynb': notebookText('x') },
      {},
      { tokens: { read: null, comment: null, write: 'secret' } },
    )
    expect((await relay.raw('/api/notebooks')).status).toBe(401)
    expect((await relay.raw('/api/notebooks?token=secreT')).status).toBe(401)
    expect((await relay.raw('/healthz')).status).toBe(200)
    expect((await relay.socket('a.ipynb').closed).code).toBe(4401)
    const first = await relay.raw('/notebook/a.ipynb?token=secret&x=1')
    expect([first.status, first.headers['location']]).toEqual([303, '/notebook/a.ipynb?x=1'])
    const [cookie = ''] = first.headers['set-cookie'] ?? []
    expect(cookie).toMatch(/; HttpOnly; SameSite=Lax/)
    expect((await relay.raw('/api/notebooks', { Cookie: cookie.split(';')[0] ?? '' })).status).toBe(200)
    expect((await relay.raw('/api/notebooks', { Authorization: 'Bearer secret' })).status).toBe(200)
    const ana = await relay.synced('a.ipynb', { token: 'secret' })
    expect(ana.synced).toBe(true)
    expect(relay.address).toContain('?token=secret')
  })

  test('on any other address gets a generated token', async () => {
    relay = await TestRelay.start({}, {}, { host: '0.0.0.0' })
    expect(relay.address).toMatch(/\?token=[\w-]{32}$/)
    expect((await relay.raw('/api/notebooks')).status).toBe(401)
  })

  test('never leads out of the folder', async () => {
    relay = await TestRelay.start()
    const outside = await mkdtemp(join(tmpdir(), 'llm-notebook-outside-'))
    try {
      await writeFile(join(outside, 'secret.ipynb'), notebookText('secret'))
      await symlink(outside, join(relay.folder, 'link'))
      await symlink(join(outside, 'secret.ipynb'), join(relay.folder, 'file.ipynb'))
      const ways = [
        '/api/notebooks/link/secret.ipynb',
        '/api/notebooks/file.ipynb',
        `/api/notebooks/..%2f${outside.split('/').at(-1) ?? ''}%2fsecret.ipynb`,
        `/api/notebooks/${encodeURIComponent(join(outside, 'secret.ipynb'))}`,
        '/api/notebooks/../../etc/passwd',
        '/api/notebooks/%2e%2e/secret.ipynb',
        '/api/notebooks/.llm-notebook/log.sqlite',
      ]
      for (const way of ways) {
        const answer = await relay.raw(way)
        expect([way, answer.status]).toEqual([way, answer.status === 404 ? 404 : 400])
        expect(answer.body.toString()).not.toContain('secret"')
      }
      expect((await relay.socket('link/secret.ipynb').closed).code).toBe(4404)
      const list = (await (await relay.request('/api/notebooks')).json()) as { path: string }[]
      expect(list.map(({ path }) => path)).toEqual(['welcome.ipynb', 'file.ipynb'])
      const made = await relay.request('/api/notebooks', 'POST', { path: 'link/new.ipynb' })
      expect(made.status).toBe(400)
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })
})
