// Packages of Pyodide's distribution, through the relay. `loadPackage` of Pyodide does not throw where it fails, and
// neither it nor micropip tells what the relay answered: so that is noted here.
import type { PyodideInterface } from 'pyodide'
import { Refused, type Outside } from './outside.ts'

/** Where the relay has the distribution's wheels, and a package index. */
export const packagePaths = {
  distribution: '/pyodide/packages/',
  index: '/pypi/simple',
  all: /^\/(pyodide\/packages|pypi)\//,
}

/** The undocumented part of Pyodide that is used here. */
interface Internals {
  readonly _api: {
    readonly _import_name_to_package_name: ReadonlyMap<string, string>
    readonly lockfile_packages: Readonly<Record<string, { readonly name: string }>>
  }
}

export class Packages {
  readonly #pyodide: PyodideInterface
  readonly #onProgress: (detail: string) => void
  #refusals: string[] = []

  constructor(
    pyodide: PyodideInterface,
    onProgress: (detail: string) => void,
    outside: Outside,
    origin: string,
  ) {
    this.#pyodide = pyodide
    this.#onProgress = onProgress
    this.#watch(outside, origin)
  }

  /** The packages with these modules that are not loaded yet. */
  with(modules: readonly string[]): string[] {
    const { _import_name_to_package_name: packageOf, lockfile_packages } = (
      this.#pyodide as unknown as Internals
    )._api
    const names = modules.flatMap((module) => packageOf.get(module) ?? [])
    return [...new Set(names)].filter(
      (name) => !Object.hasOwn(this.#pyodide.loadedPackages, lockfile_packages[name]?.name ?? name),
    )
  }

  /** Loads them and what they need. Gives what could not be loaded and why, in lines; none where all went well. */
  async load(names: readonly string[]): Promise<string[]> {
    let failed = ''
    const problems: string[] = []
    this.takeRefusals()
    try {
      await this.#pyodide.loadPackage([...names], {
        messageCallback: (message) => {
          const [, what, packages = ''] = /^(Loading|Failed to load) (.*)$/s.exec(message) ?? []
          if (what === 'Loading') this.#onProgress(`loading ${packages}`)
          else if (what !== undefined) failed = packages
        },
        errorCallback: (message) => problems.push(message),
      })
    } catch (error) {
      failed ||= names.join(', ')
      problems.push(error instanceof Error ? error.message : String(error))
    } finally {
      this.#onProgress('')
    }
    if (failed === '') return []
    const reasons = this.takeRefusals()
    return [`Could not load ${failed}:`, ...(reasons.length > 0 ? reasons : problems)]
  }

  /** Why the relay gave no package since this was asked last. */
  takeRefusals(): string[] {
    const refusals = this.#refusals
    this.#refusals = []
    return refusals
  }

  /** What is asked of the relay's package addresses, the page gets. */
  #watch(outside: Outside, origin: string): void {
    const plainFetch = globalThis.fetch
    const ask = async (path: string, integrity: string): Promise<Response> => {
      const { status, contentType, content } = await outside.ask({ what: 'package', path, integrity })
      return new Response(content, { status, headers: { 'content-type': contentType } })
    }
    globalThis.fetch = async (...request) => {
      const [what, init] = request
      const url = URL.parse(what instanceof Request ? what.url : what, origin)
      if (url?.origin !== origin || !packagePaths.all.test(url.pathname)) return plainFetch(...request)
      const path = url.pathname
      try {
        const response = await ask(path, init?.integrity ?? '')
        if (!response.ok) this.#refusals.push(await reasonOf(response.clone(), path))
        return response
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        // With a checksum asked for, an answer that is a refusal is a network error too: asked without, it speaks.
        const asked = await ask(path, '').catch(() => null)
        this.#refusals.push(
          asked === null
            ? `${path} could not be fetched: the relay cannot be reached`
            : asked.ok
              ? `${path} has another checksum`
              : await reasonOf(asked, path),
        )
        throw new TypeError(error.message, { cause: error })
      }
    }
  }
}

const reasonOf = async (response: Response, path: string): Promise<string> => {
  const text = await response.text()
  try {
    return (JSON.parse(text) as { error: { message: string } }).error.message
  } catch {
    return `${path}: the relay answered ${response.status}`
  }
}
