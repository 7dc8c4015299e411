// The page without a relay: everything it is made of, kept by the browser. The shell comes from the cache first and a
// newer version is fetched behind it, for the next load. Notebooks are not its business: they lie in IndexedDB.
// What lies in the browser's caches is believed no more than what comes from elsewhere: the build names each file by its
// digest, and nothing else is ever answered from there as a page or a script.
import { builtHeaders } from '../../shared/frame-policy.ts'

declare const self: ServiceWorkerGlobalScope
/** By their paths, the digests (SHA-256, hex) of what a build is made of. */
type Digests = Readonly<Record<string, string>>
/** Put in by the build: a hash of all it lists, what the page and Python are made of, and what is kept once used. */
declare const __PRECACHE__: {
  readonly version: string
  readonly page: Digests
  readonly python: Digests
  readonly libraries: Digests
}

const { version, page, python, libraries } = __PRECACHE__
const pageCache = `page ${version}`
const pythonCache = `python ${version}`
/** Packages that Python asked for, for when there is no relay; of this version's lock file. */
const packageCache = `packages ${python['/pyodide/pyodide-lock.json']?.slice(0, 16) ?? ''}`
/** Named by their content, one cache serves all versions. */
const libraryCache = 'libraries'
const shell = '/'

const digestOf = async (bytes: ArrayBuffer): Promise<string> =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
}

/** In a kept answer: the digest it was found to have when it was stored. */
const checkedAs = 'X-Checked-Digest'

/** The content, where it is what the build says, under headers that are none of its own; null where it is not. */
const checked = async (
  path: string,
  digest: string,
  response: Response,
  search = '',
): Promise<Response | null> => {
  const bytes = await response.arrayBuffer()
  if ((await digestOf(bytes)) !== digest) return null
  const name = path === shell ? 'html' : path.slice(path.lastIndexOf('.') + 1)
  return new Response(bytes, {
    headers: {
      'Content-Type': types[name] ?? 'application/octet-stream',
      'Content-Length': String(bytes.byteLength),
      [checkedAs]: digest,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Embedder-Policy': 'credentialless',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      ...builtHeaders(path, search, self.location.origin),
    },
  })
}

const store = async (cacheName: string, digests: Digests): Promise<void> => {
  const cache = await caches.open(cacheName)
  for (const [path, digest] of Object.entries(digests)) {
    if ((await cache.match(path)) !== undefined) continue
    // Named by its content, an old copy from another version's cache is as good as a new one.
    const kept = /^\/(assets\/|pyodide\/python-)/.test(path) ? await caches.match(path) : undefined
    const response =
      (kept && (await checked(path, digest, kept))) ??
      (await checked(path, digest, await fetch(path, { cache: 'no-cache' })))
    if (response === null) throw new Error(`${path} is not what this version is made of`)
    await cache.put(path, response)
  }
}

self.addEventListener('install', (event) => {
  event.waitUntil(store(pageCache, page).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const ours = new Set([pageCache, pythonCache, packageCache, libraryCache])
    for (const name of await caches.keys()) if (!ours.has(name)) await caches.delete(name)
    const kept = await caches.open(libraryCache)
    for (const { url } of await kept.keys())
      if (!Object.hasOwn(libraries, new URL(url).pathname)) await kept.delete(url)
    await self.clients.claim()
  }
  event.waitUntil(tidy())
})

// The page has nothing else to do: the interpreter's files (13 MB) are fetched for later.
self.addEventListener('message', (event) => {
  if (event.data === 'keep-python') event.waitUntil(store(pythonCache, python))
})

const isShell = (request: Request, url: URL): boolean =>
  request.mode === 'navigate' &&
  (['/', '/settings'].includes(url.pathname) || url.pathname.startsWith('/notebook/'))

/** Where a file of this build is kept, and by which digest. */
const placeOf = (path: string): { readonly cacheName: string; readonly digest: string } | null => {
  for (const [cacheName, digests] of [
    [pageCache, page],
    [pythonCache, python],
    [libraryCache, libraries],
  ] as const) {
    const digest = Object.hasOwn(digests, path) ? digests[path] : undefined
    if (digest !== undefined) return { cacheName, digest }
  }
  return null
}

const keptShell = async (): Promise<Response | null> => {
  const place = placeOf(shell)
  const kept = place === null ? undefined : await (await caches.open(place.cacheName)).match(shell)
  return place === null || kept === undefined ? null : checked(shell, place.digest, kept)
}

/** The relay takes the token of an address into a cookie; without a relay the page is still here. */
const answerToken = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await keptShell()
    if (kept === null) throw error
    return kept
  }
}

/**
 * Python's files, 44 MB at each start, are not hashed again when they are fetched as bytes: they run in the kernel's
 * frame alone, which cannot write here. Opened as a page, or said to be another version's, they are.
 */
const believed = (request: Request, cacheName: string, digest: string, kept: Response): boolean =>
  cacheName === pythonCache && request.destination === '' && kept.headers.get(checkedAs) === digest

const answer = async (request: Request, url: URL): Promise<Response> => {
  if (isShell(request, url) && url.searchParams.has('token')) return answerToken(request)
  const path = isShell(request, url) ? shell : url.pathname
  const place = placeOf(path)
  if (place === null) return fetch(request)
  const { cacheName, digest } = place
  const cache = await caches.open(cacheName)
  const kept = await cache.match(path, { ignoreVary: true })
  const good =
    kept &&
    (believed(request, cacheName, digest, kept) ? kept : await checked(path, digest, kept, url.search))
  if (good) return good
  // Whoever put it there.
  if (kept !== undefined) await cache.delete(path)
  const response = await fetch(request)
  if (!response.ok || cacheName !== libraryCache) return response
  const fresh = await checked(path, digest, response.clone())
  // A full disk is no reason for no chart.
  if (fresh !== null)
    await cache.put(path, fresh).catch((error: unknown) => console.warn('Not kept for offline:', error))
  return response
}

/** Data, whatever it says: nothing of it ever runs here. */
const asData = (bytes: ArrayBuffer, isFile: boolean): Response =>
  new Response(bytes, {
    headers: {
      'Content-Type': isFile ? 'application/octet-stream' : 'application/vnd.pypi.simple.v1+json',
      'Content-Security-Policy': 'sandbox',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Content-Type-Options': 'nosniff',
    },
  })

/**
 * Packages are named by a digest in their address, or in the lock file that is this version's, by which who asks checks
 * them; pages of an index grow old.
 */
const answerPackage = async (request: Request, { pathname }: URL): Promise<Response> => {
  const cache = await caches.open(packageCache)
  const isFile = !pathname.startsWith('/pypi/simple/')
  const kept = await cache.match(pathname)
  const bytes = await kept?.arrayBuffer()
  const [, digest] = /^\/pypi\/files\/([0-9a-f]{64})\//.exec(pathname) ?? []
  if (isFile && bytes !== undefined) {
    const named = digest !== undefined && (await digestOf(bytes)) === digest
    if (named || request.integrity !== '') return asData(bytes, isFile)
  }
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(pathname, response.clone())
    return response
  } catch (error) {
    if (bytes !== undefined) return asData(bytes, isFile)
    throw error
  }
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== self.location.origin) return
  if (/^\/(api|sync|healthz|metrics)(\/|$)/.test(url.pathname) || url.pathname === '/service-worker.js')
    return
  const isPackage = /^\/(pyodide\/packages|pypi)\//.test(url.pathname)
  if (isPackage && request.mode === 'navigate') return
  event.respondWith(isPackage ? answerPackage(request, url) : answer(request, url))
})
