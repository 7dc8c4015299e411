// The parts of package loading that Python cannot do: wheels come from the relay through the page, and shared libraries
// are loaded by Pyodide.
import type { PyodideInterface } from 'pyodide'
import { HostError, type HostClient } from './host-client.ts'

/** The relay's path for wheels of the distribution. */
export const distributionPath = '/pyodide/packages/'
const packagePaths = /^\/(pyodide\/packages|pypi)\//

/** What Python calls: part of the module `notebook_bridge`. Lists are passed as JSON. */
export interface PackageBridge {
  readonly get_package: (path: string, integrity: string) => Promise<LoadResult>
  readonly load_packages: (names: string) => Promise<string>
  readonly show_progress: (detail: string) => void
}

/** `reason` says what is missing, on which server. */
interface LoadResult {
  readonly status: number
  readonly reason: string
  readonly content: Uint8Array | null
}

export const packageBridge = (
  pyodide: PyodideInterface,
  onProgress: (detail: string) => void,
  host: HostClient,
  origin: string,
): PackageBridge => {
  const ask = async (path: string, integrity: string): Promise<Response> => {
    const { status, contentType, content } = await host.ask({ what: 'package', path, integrity })
    return new Response(content, { status, headers: { 'content-type': contentType } })
  }
  interceptFetch(ask, origin)
  return {
    get_package: (path, integrity) => get(ask, path, integrity),
    load_packages: async (names) => JSON.stringify(await load(pyodide, JSON.parse(names) as string[])),
    show_progress: onProgress,
  }
}

type Ask = (path: string, integrity: string) => Promise<Response>

/** Requests by Pyodide or notebook code to the relay's package URLs go through the page too. */
const interceptFetch = (ask: Ask, origin: string): void => {
  const plainFetch = globalThis.fetch
  globalThis.fetch = async (...request) => {
    const [what, init] = request
    const url = URL.parse(what instanceof Request ? what.url : what, origin)
    if (url?.origin !== origin || !packagePaths.test(url.pathname)) return plainFetch(...request)
    try {
      return await ask(url.pathname, init?.integrity ?? '')
    } catch (error) {
      throw error instanceof HostError ? new TypeError(error.message, { cause: error }) : error
    }
  }
}

const get = async (ask: Ask, path: string, integrity: string): Promise<LoadResult> => {
  const response = await ask(path, integrity).catch((error: unknown) => {
    if (error instanceof HostError) return null
    throw error
  })
  if (response !== null) return resultOf(response, path)
  // With `integrity`, an error response appears as a network error; without it, its message can be read.
  const answer = await ask(path, '').catch(() => null)
  const refused = (reason: string): LoadResult => ({ status: 0, reason, content: null })
  if (answer === null) return refused(`${nameOf(path)} could not be fetched: the relay cannot be reached`)
  return answer.ok ? refused(`${nameOf(path)} has another checksum`) : resultOf(answer, path)
}

const resultOf = async (response: Response, path: string): Promise<LoadResult> => {
  const { status } = response
  if (response.ok) return { status: 200, reason: '', content: new Uint8Array(await response.arrayBuffer()) }
  return {
    status,
    reason: reasonIn(await response.text()) ?? `${nameOf(path)}: the relay answered ${status}`,
    content: null,
  }
}

const nameOf = (path: string): string => path.split('/').findLast((part) => part !== '') ?? path

const reasonIn = (text: string): string | null => {
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    return null
  }
}

/** `loadPackage` does not throw on failure. Returns the reasons; empty on success. */
const load = async (pyodide: PyodideInterface, names: readonly string[]): Promise<string[]> => {
  const problems: string[] = []
  const loaded = await pyodide.loadPackage([...names], {
    messageCallback: () => undefined,
    errorCallback: (message) => problems.push(message),
  })
  const came = new Set(loaded.map(({ name }) => name))
  const there = (name: string): boolean => came.has(name) || Object.hasOwn(pyodide.loadedPackages, name)
  return names.every(there) ? [] : [`${names.filter((name) => !there(name)).join(', ')}:`, ...problems]
}
