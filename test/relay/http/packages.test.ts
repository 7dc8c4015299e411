// Packages through the relay: fetched once from the configured servers, checked, cached and served.
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { newFolder, TestRelay } from '../../support/relay.ts'
import { PackageServer } from '../../support/package-server.ts'
import { wheel } from '../../support/wheel.ts'
import { soon } from '../../support/soon.ts'

const alpha = wheel('alpha', { 'alpha.py': 'n = 1\n' })
const beta = wheel('beta', { 'beta.py': 'n = 2\n' })
const url = `/pyodide/packages/${alpha.filename}`

let upstream: PackageServer
let relay: TestRelay
let client: string

beforeEach(async () => {
  upstream = await PackageServer.open()
  upstream.distribute(alpha)
  client = await newFolder()
  await mkdir(join(client, 'pyodide'))
  const entry = ({ filename, sha256 }: typeof alpha): object => ({ file_name: filename, sha256 })
  const packages = { alpha: entry(alpha), beta: entry(beta) }
  await writeFile(join(client, 'pyodide/pyodide-lock.json'), JSON.stringify({ packages }))
  relay = await TestRelay.start({}, { clientFolder: client }, { packages: upstream.settings })
})
afterEach(async () => {
  await relay.stop()
  await upstream.close()
  await rm(client, { recursive: true })
})

const kept = async (): Promise<string[]> => {
  const found = await readdir(join(relay.folder, '.llm-notebook/packages'), {
    recursive: true,
    withFileTypes: true,
  })
  return found.filter((entry) => entry.isFile()).map(({ name }) => name)
}
const refusal = async (response: Response): Promise<unknown> => {
  const { error } = (await response.json()) as { error: { code: string; message: string } }
  return [response.status, error.code, error.message]
}
const bytesOf = async (response: Response): Promise<Buffer> => {
  expect(response.status).toBe(200)
  return Buffer.from(await response.arrayBuffer())
}

describe('a wheel of the distribution', () => {
  test('is fetched once, even for many requests at once, and then served without the upstream', async () => {
    const release = upstream.hold()
    const requests = Array.from({ length: 5 }, () => relay.request(url))
    await expect.poll(() => upstream.requests.length, soon).toBeGreaterThan(0)
    release()
    for (const response of await Promise.all(requests)) expect(await bytesOf(response)).toEqual(alpha.bytes)
    expect(upstream.requests).toEqual([`/full/${alpha.filename}`])
    await upstream.close()
    await relay.restart({ clientFolder: client })
    const again = await relay.request(url)
    expect(await bytesOf(again)).toEqual(alpha.bytes)
    const tag = again.headers.get('etag') ?? ''
    expect((await relay.request(url, 'GET', undefined, { 'if-none-match': tag })).status).toBe(304)
    expect(await kept()).toEqual([alpha.sha256])
  })

  test('with another checksum is refused and not cached, and a right one is accepted later', async () => {
    upstream.files.set(`/full/${alpha.filename}`, beta.bytes)
    expect(await refusal(await relay.request(url))).toEqual([
      502,
      'upstream',
      `${alpha.filename} could not be fetched from ${upstream.origin}: the checksum differs (sha256 ${beta.sha256} instead of ${alpha.sha256})`,
    ])
    expect(await kept()).toEqual([])
    upstream.distribute(alpha)
    expect(await bytesOf(await relay.request(url))).toEqual(alpha.bytes)
  })

  test('that the lock file does not name is not requested from the upstream', async () => {
    const names = [
      'gamma-1.0-py3-none-any.whl',
      '..%2Fpyodide-lock.json',
      'pyodide-lock.json',
      '%00',
      'a/b',
      '',
    ]
    for (const name of names)
      expect([name, (await relay.request(`/pyodide/packages/${name}`)).status]).toEqual([name, 404])
    expect((await relay.request(url, 'POST', {})).status).toBe(405)
    expect(upstream.requests).toEqual([])
  })

  test('that the upstream does not have, or cannot deliver, is reported by its file name', async () => {
    const missing = `/pyodide/packages/${beta.filename}`
    expect(await refusal(await relay.request(missing))).toEqual([
      404,
      'not_found',
      `${upstream.origin} has no ${beta.filename}`,
    ])
    const { origin } = upstream
    await upstream.close()
    const [status, code, message] = (await refusal(await relay.request(url))) as [number, string, string]
    expect([status, code]).toEqual([502, 'upstream'])
    expect(message).toContain(`${alpha.filename} could not be fetched from ${origin}: `)
    expect(await kept()).toEqual([])
  })

  test('is fetched over redirects to configured servers only', async () => {
    const other = await PackageServer.open()
    try {
      other.distribute(alpha)
      upstream.redirects.set(`/full/${alpha.filename}`, `${other.origin}/full/${alpha.filename}`)
      const [status, , message] = (await refusal(await relay.request(url))) as [number, string, string]
      expect([status, message]).toEqual([
        502,
        expect.stringContaining('not one of the configured package servers'),
      ])
      expect(other.requests).toEqual([])
      upstream.files.set('/moved', alpha.bytes)
      upstream.redirects.set(`/full/${alpha.filename}`, '/moved')
      expect(await bytesOf(await relay.request(url))).toEqual(alpha.bytes)
    } finally {
      await other.close()
    }
  })
})

describe('the package index', () => {
  interface Page {
    files: { filename: string; url: string; hashes: Record<string, string> }[]
  }
  const page = async (path: string): Promise<Page> => (await (await relay.request(path)).json()) as Page

  test('names the relay’s own URLs, and a file is checked against the index’s checksum', async () => {
    upstream.publish('alpha', alpha, { ...beta, filename: 'alpha-1.0.egg' })
    const response = await relay.request('/pypi/simple/Alpha/')
    expect(response.headers.get('content-type')).toBe('application/vnd.pypi.simple.v1+json')
    const { files } = (await response.json()) as Page
    const own = `${relay.origin}/pypi/files/${alpha.sha256}/${alpha.filename}`
    expect(files).toEqual([
      {
        filename: alpha.filename,
        url: own,
        hashes: { sha256: alpha.sha256 },
        size: alpha.bytes.length,
        yanked: false,
      },
    ])
    expect(await bytesOf(await fetch(own))).toEqual(alpha.bytes)
    expect(await bytesOf(await fetch(own))).toEqual(alpha.bytes)
    expect(upstream.requests).toEqual(['/simple/alpha/', `/files/${alpha.filename}`])
  })

  test('has what was used once without the upstream, even after its page has expired', async () => {
    upstream.publish('alpha', alpha)
    const [file] = (await page('/pypi/simple/alpha/')).files
    await bytesOf(await fetch(file?.url ?? ''))
    const old = new Date(Date.now() - 86_400_000)
    await utimes(join(relay.folder, '.llm-notebook/packages/index/alpha.json'), old, old)
    await upstream.close()
    expect((await page('/pypi/simple/alpha/')).files).toEqual([file])
    expect(await bytesOf(await fetch(file?.url ?? ''))).toEqual(alpha.bytes)
  })

  test('is requested again once its page has expired', async () => {
    upstream.publish('alpha', alpha)
    await page('/pypi/simple/alpha/')
    upstream.publish('alpha', alpha, wheel('alpha', {}, { version: '2.0' }))
    expect((await page('/pypi/simple/alpha/')).files).toHaveLength(1)
    const old = new Date(Date.now() - 86_400_000)
    await utimes(join(relay.folder, '.llm-notebook/packages/index/alpha.json'), old, old)
    expect((await page('/pypi/simple/alpha/')).files).toHaveLength(2)
  })

  test('refuses a file with another name or checksum than it lists', async () => {
    upstream.publish('alpha', alpha)
    expect((await relay.request(`/pypi/files/${beta.sha256}/${alpha.filename}`)).status).toBe(404)
    upstream.files.set(`/files/${alpha.filename}`, beta.bytes)
    const [status, , message] = (await refusal(
      await relay.request(`/pypi/files/${alpha.sha256}/${alpha.filename}`),
    )) as [number, string, string]
    expect([status, message]).toEqual([502, expect.stringContaining('checksum differs')])
    expect(await kept()).toEqual(['alpha.json'])
    expect(await refusal(await relay.request('/pypi/simple/nothing/'))).toEqual([
      404,
      'not_found',
      `${upstream.origin} has no package nothing`,
    ])
  })

  test('does not let a file be fetched from a server that is not configured', async () => {
    const other = await PackageServer.open()
    try {
      other.publish('alpha', alpha)
      const [sha256, filename] = [alpha.sha256, alpha.filename]
      const files = [{ filename, url: `${other.origin}/files/${filename}`, hashes: { sha256 } }]
      upstream.pages.set('alpha', { meta: { 'api-version': '1.0' }, name: 'alpha', files })
      expect((await relay.request(`/pypi/files/${sha256}/${filename}`)).status).toBe(502)
      expect(other.requests).toEqual([])
      // Once it is configured, the file is fetched.
      const packages = { ...upstream.settings, files: [other.origin] }
      await relay.stop()
      relay = await TestRelay.start({}, { clientFolder: client }, { packages })
      expect(await bytesOf(await relay.request(`/pypi/files/${sha256}/${filename}`))).toEqual(alpha.bytes)
    } finally {
      await other.close()
    }
  })

  test('that returns an invalid page is reported', async () => {
    upstream.pages.set('alpha', '<html>')
    expect(await refusal(await relay.request('/pypi/simple/alpha/'))).toEqual([
      502,
      'upstream',
      `${upstream.origin} did not return a JSON index page of alpha (PEP 691)`,
    ])
  })
})

describe('an archive of GitHub', () => {
  const commit = 'a'.repeat(40)

  test('is fetched, that of a commit only once, and other paths and hosts are refused', async () => {
    upstream.files.set('/github/ana/tiny/archive/main.zip', Buffer.from('of main'))
    upstream.files.set(`/github/ana/tiny/archive/${commit}.zip`, Buffer.from('of a commit'))
    upstream.files.set('/github/ana/tiny/archive/dev%2Fnew.zip', Buffer.from('of a branch'))
    const of = async (ref: string) =>
      String(await bytesOf(await relay.request(`/pypi/github/ana/tiny/${ref}`)))
    expect(await of('main')).toBe('of main')
    upstream.files.set('/github/ana/tiny/archive/main.zip', Buffer.from('of main, later'))
    expect(await of('main')).toBe('of main, later')
    expect(await of('dev%2Fnew')).toBe('of a branch')
    expect(await of(commit)).toBe('of a commit')
    expect(await of(commit)).toBe('of a commit')
    expect(upstream.requests.filter((path) => path.includes(commit))).toHaveLength(1)

    expect(await refusal(await relay.request('/pypi/github/ana/tiny/v9'))).toEqual([
      404,
      'not_found',
      `${upstream.origin} has no ana/tiny at v9`,
    ])
    for (const path of ['ana/tiny', 'ana/tiny/..%2F..%2Fsecret', 'ana/%2e%2e/main', 'ana/tiny/main/more'])
      expect((await relay.request(`/pypi/github/${path}`)).status).toBe(404)
    upstream.redirects.set('/github/ana/tiny/archive/far.zip', 'http://127.0.0.1:1/far.zip')
    expect((await relay.request('/pypi/github/ana/tiny/far')).status).toBe(502)
  })
})
