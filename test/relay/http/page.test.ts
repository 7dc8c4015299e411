import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { TestRelay } from '../../support/relay.ts'

let relay: TestRelay
afterEach(() => relay.stop())

describe('the page', () => {
  const start = async (): Promise<string> => {
    const built = await mkdtemp(join(tmpdir(), 'llm-notebook-built-'))
    await mkdir(join(built, 'assets'))
    await mkdir(join(built, 'frame'))
    await writeFile(join(built, 'index.html'), '<title>page</title>')
    await writeFile(join(built, 'service-worker.js'), 'worker()')
    await writeFile(join(built, 'assets', 'main-1a2b.js'), 'main()')
    await writeFile(join(built, 'assets', 'main-1a2b.js.br'), brotliCompressSync('main()'))
    await writeFile(join(built, 'assets', 'python.wasm'), 'wasm')
    await writeFile(join(built, 'frame', 'strict.html'), '<title>frame</title>')
    await writeFile(join(built, '..', 'beside.txt'), 'secret')
    relay = await TestRelay.start({}, { clientFolder: built })
    return built
  }

  test('is the same for every URL of the app, with its headers', async () => {
    await start()
    for (const path of ['/', '/notebook/sub/a%20b.ipynb', '/?x=1']) {
      const { status, headers, body } = await relay.raw(path)
      expect([status, body.toString()]).toEqual([200, '<title>page</title>'])
      expect(headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'credentialless',
        'cross-origin-resource-policy': 'same-origin',
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
      })
      expect(headers['content-security-policy']).toContain(
        "script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
      )
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'")
    }
  })

  test('has immutable assets, revalidates other files, and is served compressed', async () => {
    await start()
    const asset = await relay.raw('/assets/main-1a2b.js')
    expect(asset.headers['cache-control']).toContain('immutable')
    expect(asset.headers['content-type']).toBe('text/javascript; charset=utf-8')
    const small = await relay.raw('/assets/main-1a2b.js', { 'Accept-Encoding': 'gzip, br' })
    expect(small.headers['content-encoding']).toBe('br')
    expect(small.body.equals(brotliCompressSync('main()'))).toBe(true)
    expect((await relay.raw('/assets/python.wasm')).headers['content-type']).toBe('application/wasm')
    const worker = await relay.raw('/service-worker.js')
    expect(worker.headers['cache-control']).toBe('no-cache')
    expect(
      (await relay.raw('/service-worker.js', { 'If-None-Match': String(worker.headers['etag']) })).status,
    ).toBe(304)
  })

  test('serves the output frame with its own policy and without an origin', async () => {
    await start()
    const { headers } = await relay.raw('/frame/strict.html')
    expect(headers['content-security-policy']).toContain('sandbox allow-scripts;')
    expect(headers['content-security-policy']).toContain(`'unsafe-eval' http://127.0.0.1:${relay.port}`)
    expect(headers['content-security-policy']).toContain("worker-src 'none'")
    expect(headers['content-security-policy']).not.toContain('allow-same-origin')
  })

  test('serves no other files', async () => {
    await start()
    for (const path of [
      '/../beside.txt',
      '/%2e%2e/beside.txt',
      '/..%2fbeside.txt',
      '/assets',
      '/.git/config',
      '//evil',
      '/none.js',
    ]) {
      expect([path, (await relay.raw(path)).status]).toEqual([path, 404])
    }
    expect((await relay.raw('/', {}, 'POST')).status).toBe(405)
  })
})
