// The page without a relay: everything it is made of, kept by the browser. The shell comes from the cache first and a
// newer version is fetched behind it, for the next load. Notebooks are not its business: they lie in IndexedDB.
export {}
declare const self: ServiceWorkerGlobalScope
/** Put in by the build: a hash of all it lists, what the page and Python are made of, and what is kept once used. */
declare const __PRECACHE__: {
  readonly version: string
  /** A hash of the lock file that names the packages and their checksums. */
  readonly lock: string
  readonly page: readonly string[]
  readonly python: readonly string[]
  readonly libraries: readonly string[]
}

const { version, lock, page, python, libraries } = __PRECACHE__
const pageCache = `page ${version}`
const pythonCache = `python ${version}`
/** Packages that Python asked for, for when there is no relay. */
const packageCache = `packages ${lock}`
/** Named by their content, one cache serves all versions. */
const libraryCache = 'libraries'
const shell = '/'

const store = async (cacheName: string, paths: readonly string[]): Promise<void> => {
  const cache = await caches.open(cacheName)
  for (const path of paths) {
    if ((await cache.match(path)) !== undefined) continue
    // Named by its content, an old copy from another version's cache is as good as a new one.
    const kept = /^\/(assets\/|pyodide\/python-)/.test(path) ? await caches.match(path) : undefined
    const response = kept ?? (await fetch(path, { cache: 'no-cache' }))
    if (!response.ok) throw new Error(`${path} answered ${response.status}`)
    await cache.put(path, response)
  }
}

self.addEventListener('install', (event) => {
  event.waitUntil(store(pageCache, page).then(() => self.skipWaiting()))
})

self.addEventListener('activate', (event) => {
  const tidy = async (): Promise<void> => {
    // The version before stays: pages opened with it may still ask for parts they load late.
    const names = (await caches.keys()).filter(
      (name) => name.startsWith('page ') || name.startsWith('python '),
    )
    const old = names.filter((name) => name !== pageCache && name !== pythonCache)
    for (const name of old.slice(0, Math.max(0, old.length - 2))) await caches.delete(name)
    const others = (await caches.keys()).filter(
      (name) => name.startsWith('packages ') && name !== packageCache,
    )
    for (const name of others) await caches.delete(name)
    const kept = await caches.open(libraryCache)
    for (const { url } of await kept.keys())
      if (!libraries.includes(new URL(url).pathname)) await kept.delete(url)
    await self.clients.claim()
  }
  event.waitUntil(tidy())
})

// The page has nothing else to do: the interpreter's files (13 MB) are fetched for later.
self.addEventListener('message', (event) => {
  if (event.data === 'keep-python') event.waitUntil(store(pythonCache, python))
})

const isShell = (request: Request, url: URL): boolean =>
  request.mode === 'navigate' && (url.pathname === '/' || url.pathname.startsWith('/notebook/'))

/** From this version's caches first: what is not named by its content has the same address in every version. */
const keptAt = async (path: string): Promise<Response | undefined> => {
  const options = { ignoreVary: true }
  for (const cacheName of [pageCache, pythonCache]) {
    const kept = await caches.match(path, { ...options, cacheName })
    if (kept !== undefined) return kept
  }
  return caches.match(path, options)
}

/** The relay takes the token of an address into a cookie; without a relay the page is still here. */
const answerToken = async (request: Request): Promise<Response> => {
  try {
    return await fetch(request)
  } catch (error) {
    const kept = await keptAt(shell)
    if (kept === undefined) throw error
    return kept
  }
}

const answer = async (request: Request, url: URL): Promise<Response> => {
  if (isShell(request, url) && url.searchParams.has('token')) return answerToken(request)
  const kept = await keptAt(isShell(request, url) ? shell : url.pathname)
  if (kept !== undefined) return kept
  const response = await fetch(request)
  if (response.ok && libraries.includes(url.pathname)) {
    const copy = response.clone()
    const cache = await caches.open(libraryCache)
    // A full disk is no reason for no chart.
    await cache
      .put(url.pathname, copy)
      .catch((error: unknown) => console.warn('Not kept for offline:', error))
  }
  return response
}

/** Files are named by their content, or by a lock file that is this version's; pages of an index grow old. */
const answerPackage = async (request: Request, { pathname }: URL): Promise<Response> => {
  const cache = await caches.open(packageCache)
  const isFile = !pathname.startsWith('/pypi/simple/')
  const kept = await cache.match(pathname)
  if (isFile && kept !== undefined) return kept
  try {
    const response = await fetch(request)
    if (response.ok) await cache.put(pathname, response.clone())
    return response
  } catch (error) {
    if (kept !== undefined) return kept
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
  event.respondWith(isPackage ? answerPackage(request, url) : answer(request, url))
})
