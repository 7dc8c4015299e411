// Serves the app from the browser's cache, so that it works without the relay. A newer version is fetched in the background
// and used at the next load. Notebooks are stored in IndexedDB, not here.
// The content of caches is not trusted: the build lists the digest of each file, and pages and scripts are only served from
// the cache if they match.
import { pageUnder } from '../../shared/built-page.ts'
import { builtHeaders } from '../../shared/frame-policy.ts'

declare const self: ServiceWorkerGlobalScope
/** SHA-256 digests (hex) by path. */
type Digests = Readonly<Record<string, string>>
/** Inserted by the build. `page` and `python` are cached in advance, `libraries` when they are first used. */
declare const __PRECACHE__: {
  readonly version: string
  readonly page: Digests
  readonly python: Digests
  readonly libraries: Digests
}

const { version, page, python, libraries } = __PRECACHE__
/** The path of the app, such as `/` or `/lab/`. Paths below are relative to it. */
const basePath = new URL(self.registration.scope).pathname
const toBrowserPath = (path: string): string => basePath + path.slice(1)
/** Distinguishes relays on the same origin. */
const suffix = basePath === '/' ? '' : ` ${basePath}`
const pageCache = `page ${version}${suffix}`
const pythonCache = `python ${version}${suffix}`
/** Python packages that have been used, for this version of the lock file. */
const packageCache = `packages ${python['/pyodide/pyodide-lock.json']?.slice(0, 16) ?? ''}${suffix}`
/** Shared by all versions, because file names contain a content hash. */
const libraryCache = `libraries${suffix}`
const shell = '/'
/** As built; at `/` the relay adapts it to its base path. */
const shellFile = '/index.html'

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
  png: 'image/png',
  webmanifest: 'application/manifest+json; charset=utf-8',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
}

/** Header of a cached response: its digest when it was stored. */
const digestHeader = 'X-Checked-Digest'

/** The content with headers set here, not those of the response; null if the digest does not match. */
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
      ...(path === shell ? {} : { 'Content-Length': String(bytes.byteLength) }),
      [digestHeader]: digest,
      ...builtHeaders(path, search, [self.location.origin + basePath.slice(0, -1)]),
    },
  })
}

const store = async (cacheName: string, digests: Digests): Promise<void> => {
  const cache = await caches.open(cacheName)
  for (const [path, digest] of Object.entries(digests)) {
    if ((await cache.match(path)) !== undefined) continue
    // File names contain a content hash, so a copy from the cache of another version can be used.
    const kept = /^\/(assets\/|pyodide\/python-)/.test(path) ? await caches.match(path) : undefined
    const response =
      (kept && (await checked(path, digest, kept))) ??
      (await checked(
        path,
        digest,
        await fetch(toBrowserPath(path === shell ? shellFile : path), { cache: 'no-cache' }),
      ))
    if (response === null) throw new Error(`${path} does not belong to this version`)
    await cache.put(path, response)
  }
}

self.addEventListener('install', (event) => {
  event.waitUntil(store(pageCache, page).then(() => self.skipWaiting()))
})

const isHere = (name: string): boolean => (suffix === '' ? !name.includes('/') : name.endsWith(suffix))

/** Pages that are open run the version they were loaded with, and load more of it when it is used. */
const earlierKept = 2

/** The page's files of earlier versions, the latest last. */
const earlierPages = async (): Promise<readonly string[]> =>
  (await caches.keys()).filter((name) => name.startsWith('page ') && isHere(name) && name !== pageCache)

self.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    const earlier = (await earlierPages()).slice(-earlierKept)
    const ours = new Set([pageCache, pythonCache, packageCache, libraryCache, ...earlier])
    for (const name of await caches.keys()) if (isHere(name) && !ours.has(name)) await caches.delete(name)
    const kept = await caches.open(libraryCache)
    for (const { url } of await kept.keys())
      if (!Object.hasOwn(libraries, new URL(url).pathname)) await kept.delete(url)
    await self.clients.claim()
  }
  event.waitUntil(tidy())
})

/** `urls`: what a page loaded without this worker. */
const storeUsed = (urls: readonly unknown[]): Promise<void> => {
  const isUsed = (path: string): boolean => urls.includes(self.location.origin + toBrowserPath(path))
  return store(libraryCache, Object.fromEntries(Object.entries(libraries).filter(([path]) => isUsed(path))))
}

// The page sends this once it is idle. The first caches the files of the interpreter (13 MB).
self.addEventListener('message', (event) => {
  const data: unknown = event.data
  if (data === 'keep-python') event.waitUntil(store(pythonCache, python))
  else if (Array.isArray(data)) event.waitUntil(storeUsed(data))
})

const isShell = (request: Request, url: URL): boolean =>
  request.mode === 'navigate' &&
  (['/', '/settings'].includes(url.pathname) || url.pathname.startsWith('/notebook/'))

/** The cache and digest of a file of this build. */
const entryOf = (path: string): { readonly cacheName: string; readonly digest: string } | null => {
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

/** The page for the base path. It is not cached in this form, for which there is no digest. */
const shellOf = async (kept: Response): Promise<Response> =>
  new Response(pageUnder(await kept.text(), basePath, basePath), { headers: kept.headers })

const keptShell = async (): Promise<Response | null> => {
  const entry = entryOf(shell)
  const kept = entry === null ? undefined : await (await caches.open(entry.cacheName)).match(shell)
  const valid = entry === null || kept === undefined ? null : await checked(shell, entry.digest, kept)
  return valid && shellOf(valid)
}

/** The relay turns a token in the URL into a cookie. Offline the cached page is served. */
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
 * Python's files, 44 MB at each start, are not hashed again when they are fetched as data: they only run in the kernel's
 * frame, which cannot write to this cache. They are hashed when opened as a page or if stored with another digest.
 */
const isTrusted = (request: Request, cacheName: string, digest: string, kept: Response): boolean =>
  cacheName === pythonCache && request.destination === '' && kept.headers.get(digestHeader) === digest

/** A script or style of an earlier version, under the digest that version stored it with; null if it is not there. */
const ofEarlierPage = async (request: Request, path: string): Promise<Response | null> => {
  if (request.mode === 'navigate' || !/^\/assets\/[^/]+\.(js|css)$/.test(path)) return null
  for (const name of (await earlierPages()).toReversed()) {
    const kept = await (await caches.open(name)).match(path, { ignoreVary: true })
    const digest = kept?.headers.get(digestHeader)
    const valid = kept === undefined || digest == null ? null : await checked(path, digest, kept)
    if (valid !== null) return valid
  }
  return null
}

const answer = async (request: Request, url: URL): Promise<Response> => {
  if (isShell(request, url) && url.searchParams.has('token')) return answerToken(request)
  const path = isShell(request, url) ? shell : url.pathname
  const entry = entryOf(path)
  if (entry === null) return (await ofEarlierPage(request, path)) ?? fetch(request)
  const { cacheName, digest } = entry
  const cache = await caches.open(cacheName)
  const kept = await cache.match(path, { ignoreVary: true })
  const valid =
    kept &&
    (isTrusted(request, cacheName, digest, kept) ? kept : await checked(path, digest, kept, url.search))
  if (valid) return path === shell ? shellOf(valid) : valid
  if (kept !== undefined) await cache.delete(path)
  const response = await fetch(request)
  if (!response.ok || cacheName !== libraryCache) return response
  const fresh = await checked(path, digest, response.clone())
  // The chart is still shown if the disk is full.
  if (fresh !== null)
    await cache.put(path, fresh).catch((error: unknown) => console.warn('Not cached for offline use:', error))
  return response
}

/** Headers ensure that the content is never treated as a page or script. */
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
 * Package files have their digest in the URL or in this version's lock file, so they can be served from the cache. Index
 * pages can be outdated, so they are only served from the cache when offline.
 */
const answerPackage = async (request: Request, { pathname }: URL): Promise<Response> => {
  const cache = await caches.open(packageCache)
  const isFile = !pathname.startsWith('/pypi/simple/')
  const kept = await cache.match(pathname)
  const bytes = await kept?.arrayBuffer()
  const [, digest] = /^\/pypi\/files\/([0-9a-f]{64})\//.exec(pathname) ?? []
  if (isFile && bytes !== undefined) {
    const matches = digest !== undefined && (await digestOf(bytes)) === digest
    if (matches || request.integrity !== '') return asData(bytes, isFile)
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
  if (!url.pathname.startsWith(basePath)) return
  url.pathname = url.pathname.slice(basePath.length - 1)
  if (/^\/(api|sync|healthz|metrics)(\/|$)/.test(url.pathname) || url.pathname === '/service-worker.js')
    return
  const isPackage = /^\/(pyodide\/packages|pypi)\//.test(url.pathname)
  if (isPackage && request.mode === 'navigate') return
  event.respondWith(isPackage ? answerPackage(request, url) : answer(request, url))
})
