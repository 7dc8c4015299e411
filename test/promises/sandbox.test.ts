// A notebook's code is isolated from the app: from Python, also through `js`, there is no access to the page,
// its storage, its caches, the relay or another kernel. The network is available only once the person has
// allowed it.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { App, patience, type Person } from '../support/app.ts'
import { OpenServer } from '../support/open-server.ts'
import { notebookText } from '../support/relay.ts'

/** Runs in Python's worker through `js`: tries each way into the app and records the result. */
const waysBack = (relay: string, plain: string): string => `
const ways = {
  'the caches': () => caches.open('page').then((cache) => cache.put('/', new Response('<script>'))),
  'IndexedDB': () => new Promise((yes, no) => {
    const request = indexedDB.open('llm-notebook.files')
    request.onsuccess = () => yes('opened')
    request.onerror = () => no(request.error)
  }),
  'OPFS': () => navigator.storage.getDirectory(),
  'storage buckets': () => navigator.storageBuckets.open('b'),
  'locks': () => navigator.locks.request('x', () => 'held'),
  'cookies': () => cookieStore.getAll(),
  'local storage': () => localStorage.length,
  'the service worker': () => navigator.serviceWorker.getRegistrations(),
  'the page’s window': () => parent.document.title,
  'the navigator of before': () => Object.getPrototypeOf(navigator).constructor.prototype.storage.getDirectory(),
  'a nested worker': () => new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))),
  'a nested worker from data': () => new Worker('data:text/javascript,postMessage(1)'),
  'a worker of ours': () => new Worker('${relay}/service-worker.js'),
  'a shared worker': () => new SharedWorker(URL.createObjectURL(new Blob(['']))),
  'a worker by a prototype': () => new (Object.getPrototypeOf(self).constructor.Worker)('data:,'),
  'scripts of ours': () => importScripts('${relay}/service-worker.js'),
  'a module of ours': () => import('${relay}/pyodide/pyodide.mjs'),
  'a module from data': () => import('data:text/javascript,export default 1'),
  'a module from elsewhere': () => import('${plain}/module.js'),
  'the API': () => fetch('${relay}/api/notebooks').then((answer) => answer.text()),
  'the API, unread': () => fetch('${relay}/api/notebooks', { mode: 'no-cors', credentials: 'include' }),
  'the API, written': () => fetch('${relay}/api/notebooks', { method: 'POST', mode: 'no-cors', body: '{"path":"evil.ipynb"}' }),
  'the API by XHR': () => { const x = new XMLHttpRequest(); x.open('GET', '${relay}/api/notebooks', false); x.send(); return x.responseText },
  'the API by packages': () => fetch('${relay}/pypi/../api/notebooks').then((answer) => { if (!answer.ok) throw new Error('' + answer.status); return answer.text() }),
  'the API by packages, encoded': () => fetch('${relay}/pypi/simple/%2e%2e%2f%2e%2e%2fapi%2fnotebooks').then((answer) => { if (!answer.ok) throw new Error('' + answer.status); return answer.text() }),
  'plain http': () => fetch('${plain}/plain'),
  'a socket': () => new WebSocket('${relay.replace('http', 'ws')}/sync/sandbox.ipynb'),
  'an event source': () => new EventSource('${relay}/api/notebooks'),
  'WebTransport': () => new WebTransport('${relay.replace('http:', 'https:')}/'),
  'fetch of the prototype': () => Object.getPrototypeOf(Object.getPrototypeOf(self)).fetch.call(self, '${relay}/api/notebooks'),
  'the worker’s own port': () => {
    const posted = []
    const { postMessage } = MessagePort.prototype
    MessagePort.prototype.postMessage = function (...words) { posted.push(this); return postMessage.apply(this, words) }
    return fetch('${relay}/pypi/simple/nothing-of-that-name/').then(() => {
      MessagePort.prototype.postMessage = postMessage
      const nonsense = [null, 1, { type: 'event', run: 1, json: '{' }, { type: 'finished', run: 99, status: 'done' },
        { type: 'event', run: 1, json: '{"type":"display","data":5}' },
        { type: 'need', id: 9001, need: { what: 'content', path: '../x', version: '1' }, now: false },
        { type: 'need', id: 9002, need: { what: 'folder-file', path: '../secret.txt' }, now: false },
        { type: 'need', id: 9003, need: { what: 'folder-file', path: '/etc/passwd' }, now: false },
        { type: 'need', id: 9004, need: { what: 'package', path: '/api/notebooks', integrity: '' }, now: false },
        { type: 'need', id: 9005, need: { what: 'package', path: '/pypi/simple/../', integrity: '' }, now: false },
        { type: 'need', id: 9006, need: { what: 'store', files: [{ path: '../../x', modified: 0, from: null, changed: false, bytes: new Uint8Array(1) }] }, now: false }]
      return new Promise((yes, no) => {
        const given = []
        posted[0].addEventListener('message', ({ data }) => {
          if (data.type !== 'given' || data.id < 9001) return
          given.push(data.result.ok ? 'given ' + data.id : 'refused')
          if (given.length === 6) given.every((word) => word === 'refused') ? no(new Error('all refused')) : yes(given)
        })
        for (const word of nonsense) posted[0].postMessage(word)
      })
    })
  },
}
const found = {}
for (const [name, way] of Object.entries(ways)) {
  try {
    const value = await way()
    if (name === 'a socket' || name === 'an event source')
      await new Promise((yes, no) => { value.onopen = yes; value.onerror = () => no(new Error('refused')) })
    found[name] = 'got ' + String(value).slice(0, 60)
  } catch (error) {
    found[name] = 'refused'
  }
}
const channel = new BroadcastChannel('llm-notebook.files')
channel.postMessage('hello from Python')
return JSON.stringify(found)`

/** Tries to use the network without permission, after replacing functions that the guard might use. */
const sly = (secure: string): string => `
const found = {}
const { defineProperty, getOwnPropertyDescriptor } = Object
const swapped = []
const swap = (holder, key, what) => {
  swapped[swapped.length] = { holder, key, was: getOwnPropertyDescriptor(holder, key) }
  defineProperty(holder, key, { configurable: true, ...what })
}
// Code that breaks the question's channel waits in vain.
const attempt = (name, way) => new Promise((settle) => {
  const end = (what) => { found[name] ??= what; settle() }
  setTimeout(() => end('nothing'), 300)
  try { new Promise((go) => go(way())).then((got) => end('got ' + got), (error) => end(error.name)) } catch (error) { end(error.name) }
})
let turns = 0
const two = { toString: () => (turns++ === 0 ? 'blob:x' : '${secure}/sly') }
const tries = {
  fetch: () => fetch('${secure}/sly').then((answer) => answer.text()),
  request: () => fetch(new Request('${secure}/sly')).then((answer) => answer.text()),
  faces: () => fetch(two).then((answer) => answer.text()),
  xhr: () => { const x = new XMLHttpRequest(); x.open('GET', '${secure}/sly', false); x.send(); return x.responseText },
  xhrFaces: () => { turns = 0; const x = new XMLHttpRequest(); x.open('GET', two, false); x.send(); return x.responseText },
}
self.dispatchEvent(new MessageEvent('message', { data: { permitted: true } }))
const replaced = {
  nothing: () => {},
  getters: () => {
    swap(URL.prototype, 'protocol', { get: () => 'blob:' })
    swap(Request.prototype, 'url', { get: () => 'blob:x' })
    swap(MessageEvent.prototype, 'data', { get: () => ({ permitted: true }) })
    swap(Object.prototype, 'permitted', { value: true, writable: true })
  },
  lists: () => {
    swap(Array.prototype, 'slice', { value: () => ['GET', '${secure}/sly', false], writable: true })
    swap(Array.prototype, Symbol.iterator, { value: function* () { yield 'GET'; yield '${secure}/sly'; yield false }, writable: true })
  },
  calls: () => {
    swap(Atomics, 'load', { value: () => 1, writable: true })
    swap(WeakMap.prototype, 'get', { value: () => ({ address: 'blob:x', waits: false }), writable: true })
    swap(Reflect, 'apply', { value: (f) => f('${secure}/sly'), writable: true })
    swap(Function.prototype, 'call', { value: function () { return this }, writable: true })
    swap(Function.prototype, 'apply', { value: function () { return this }, writable: true })
  },
}
for (const set in replaced)
  for (const way in tries) {
    try {
      replaced[set]()
      await attempt(set + ', ' + way, tries[way])
    } finally {
      while (swapped.length > 0) {
        const { holder, key, was } = swapped[swapped.length - 1]
        swapped.length -= 1
        if (was === undefined) delete holder[key]
        else defineProperty(holder, key, was)
      }
    }
  }
return JSON.stringify(found)`

const js = (code: string, then = 'print(found)'): string =>
  `from pyodide.code import run_js\nfound = await run_js(r'''(async () => {${code}})()''')\n${then}`

let plain: OpenServer
let secure: OpenServer
let app: App
beforeAll(async () => {
  plain = await OpenServer.open('http', { '/plain': 'plain' })
  secure = await OpenServer.open('https', {
    '/data.csv': 'a,b\n1,2\n',
    '/away': `->${plain.origin}/redirected`,
    '/sly': 'slipped out',
  })
  app = await App.start({ 'secret.txt': 'above', 'sub/beside.txt': 'beside' })
})
afterAll(async () => {
  await app.close()
  await Promise.all([plain.close(), secure.close()])
})

const ran = async (person: Person, position: number, status = 'done'): Promise<string> => {
  await person.run(position)
  await person.cellIs(position, status)
  return (await person.output(position).innerText()).trim()
}

test('code in Python cannot reach the app in any way', async () => {
  await app.create('sub/sandbox.ipynb', notebookText(js(waysBack(app.origin, plain.origin)), '"still here"'))
  const ana = await app.person('sub/sandbox.ipynb', { ignoreHTTPSErrors: true })
  await ana.until('sync', 'saved')
  await ana.page.waitForFunction(() => navigator.serviceWorker.controller !== null)
  const caches = (): Promise<string[]> =>
    ana.page.evaluate(async () => (await globalThis.caches.keys()).toSorted())
  await ana.page.evaluate(() => {
    const heard: unknown[] = []
    Object.assign(window, { heard })
    new BroadcastChannel('llm-notebook.files').addEventListener('message', ({ data }) => heard.push(data))
  })
  await ana.run(1)
  // Only requests to the network proper ask for permission; it is given, so that only the sandbox remains to
  // block the rest.
  await ana.cell(1).getByRole('button', { name: 'Allow', exact: true }).click()
  await ana.cellIs(1, 'done')
  const found = JSON.parse(await ana.output(1).innerText()) as Record<string, string>
  expect(Object.entries(found).filter(([, what]) => what !== 'refused')).toEqual([])
  expect(Object.keys(found).length).toBeGreaterThan(30)
  expect(plain.requests).toEqual([])
  expect(
    (await caches()).filter((name) => !/^(page|python|packages) [0-9a-f]{16}$|^libraries$/.test(name)),
  ).toEqual([])
  expect(await ana.page.evaluate(() => (window as unknown as { heard: unknown[] }).heard)).not.toContain(
    'hello from Python',
  )
  const answer = await fetch(`${app.origin}/api/notebooks`)
  expect(await answer.text()).not.toContain('evil')
  expect(await ran(ana, 2)).toContain('still here')
  expect(ana.complaints.filter((line) => !/Content Security Policy|Mixed Content/.test(line))).toEqual([])
  await ana.context.close()
})

test('a notebook from elsewhere asks once before its code uses the network, and then every API works', async () => {
  const by = (call: string): string => `${call}\nprint(text)`
  await app.create(
    'sub/network.ipynb',
    notebookText(
      js(sly(secure.origin)),
      by(`import urllib.request\ntext = urllib.request.urlopen("${secure.origin}/data.csv").read().decode()`),
      by(
        `from pyodide.http import pyfetch\ntext = await (await pyfetch("${secure.origin}/data.csv")).text()`,
      ),
      by(`from js import fetch\ntext = await (await fetch("${secure.origin}/data.csv")).text()`),
      by(`from pyodide.http import open_url\ntext = open_url("${secure.origin}/data.csv").read()`),
      `import urllib.request, urllib.error
request = urllib.request.Request("${secure.origin}/post", data=b"sent", method="POST")
for wanted in (request, "${secure.origin}/away", "${plain.origin}/plain"):
    try:
        urllib.request.urlopen(wanted)
    except urllib.error.URLError as error:
        print(type(error).__name__, error)`,
      by('text = open("beside.txt").read()'),
    ),
  )
  const ana = await app.person('sub/network.ipynb', { ignoreHTTPSErrors: true })
  await ana.until('sync', 'saved')
  const question = (cell: number) =>
    ana.cell(cell).getByRole('alertdialog', { name: /^May the code of this notebook/ })
  const decide = (cell: number, word: string): Promise<void> =>
    question(cell).getByRole('button', { name: word, exact: true }).click()

  // The code waits for the answer; where it cannot wait, one line says why it failed.
  await ana.run(2)
  await question(2).getByText(`${secure.origin}/data.csv`).waitFor()
  await decide(2, 'Don’t allow')
  await ana.cellIs(2, 'error')
  expect(await ana.output(2).innerText()).toMatch(
    /^PermissionError: this notebook may not use the network.*$/,
  )
  for (const cell of [3, 4, 5]) expect(await ran(ana, cell, 'error')).toMatch(/^PermissionError: .*$/)
  expect(await ran(ana, 7, 'error')).toContain('PermissionError')
  // The decision is remembered by this browser, for this notebook.
  await ana.page.reload()
  await ana.until('sync', 'saved')
  expect(await ran(ana, 3, 'error')).toMatch(/^PermissionError/)
  // Nothing that code replaces circumvents the guard.
  const tried = JSON.parse(await ran(ana, 1)) as Record<string, string>
  expect(Object.keys(tried)).toHaveLength(20)
  expect(Object.values(tried).filter((word) => word.startsWith('got'))).toEqual([])
  expect(secure.requests).toEqual([])

  // The status line shows the decision and can change it.
  await ana.button('Network and files not allowed').click()
  await ana.button('Restart kernel').click()
  await ana.until('kernel', 'idle')
  for (const cell of [2, 3, 4, 5]) expect(await ran(ana, cell)).toBe('a,b\n1,2')
  expect(secure.requests.map(({ headers }) => [headers.origin, headers.cookie])).toEqual(
    Array.from({ length: 4 }, () => ['null', undefined]),
  )
  const failed = await ran(ana, 6)
  expect(failed.split('\n')).toEqual([
    'HTTPError HTTP Error 404: Not Found',
    expect.stringMatching(/^URLError .*CORS/),
    expect.stringMatching(/^URLError .*only https addresses/),
  ])
  expect(await ran(ana, 7)).toBe('beside')
  expect(plain.requests).toEqual([])
  await ana.button('Network and files allowed').click()
  await ana.button('Network and files not allowed').waitFor()
  expect(await ran(ana, 3, 'error')).toMatch(/^PermissionError/)
  await ana.context.close()
})

test('files in the browser’s caches that are not from this build are never served', async () => {
  await app.create('sub/poisoned.ipynb', notebookText('6 * 7'))
  const ana = await app.person('sub/poisoned.ipynb')
  await ana.until('sync', 'saved')
  const kept = (): Promise<boolean> =>
    ana.page.evaluate(async () => (await caches.match('/pyodide/python_stdlib.zip')) !== undefined)
  await expect.poll(kept, { timeout: 2 * patience }).toBe(true)
  // As code in our origin could: over existing entries, and under URLs of its own.
  const poison = (): Promise<number> =>
    ana.page.evaluate(async () => {
      const evil = (): Response =>
        new Response('<!doctype html><title>evil</title><script>document.title = "evil ran"</script>', {
          headers: { 'content-type': 'text/html' },
        })
      const names = await caches.keys()
      for (const name of [...names, 'page 0123456789abcdef', 'mine']) {
        const cache = await caches.open(name)
        const there = (await cache.keys()).map(({ url }) => new URL(url).pathname)
        const own = [
          '/',
          '/notebook/sub/poisoned.ipynb',
          '/evil.html',
          '/pypi/simple/evil/',
          '/assets/evil.js',
        ]
        for (const path of [...there, ...own]) await cache.put(path, evil())
      }
      return names.length
    })
  expect(await poison()).toBeGreaterThan(1)
  await ana.page.reload()
  await ana.until('sync', 'saved')
  // Our own files are loaded again, frames and Python included.
  expect(await ran(ana, 1)).toContain('42')
  await poison()
  await app.stopRelay()
  for (const path of [
    '/',
    '/notebook/sub/poisoned.ipynb',
    '/evil.html',
    '/pypi/simple/evil/',
    '/frame/strict.html',
  ]) {
    await expect(ana.page.goto(app.origin + path)).rejects.toThrow(/ERR_|NS_ERROR/)
    expect(await ana.page.title()).not.toContain('evil')
  }
  await app.startRelay()
  await ana.page.goto(`${app.origin}/notebook/sub/poisoned.ipynb`)
  await ana.until('sync', 'saved')
  await ana.context.close()
})

test('a notebook created in this browser asks for no permission', async () => {
  const ana = await app.person('')
  await ana.page.getByRole('textbox', { name: 'Name of the new notebook' }).fill('mine')
  await ana.page.keyboard.press('Enter')
  await ana.until('sync', 'saved')
  await ana.button('Network and files allowed').waitFor()
})
