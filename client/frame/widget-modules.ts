// The front ends of widgets from other packages are AMD modules that need those of ipywidgets. One is part of the app; others
// come from the server that Jupyter's pages use too, once the user allows it for the notebook.
import { allowedHosts, reportBlocked } from './blocked-hosts.ts'
import type { Send } from './message.ts'
import type { LoadLibrary } from './typeset.ts'

export type Module = { readonly [name: string]: unknown }

const server = 'cdn.jsdelivr.net'

interface Definition {
  readonly needs: readonly string[]
  readonly make: ((...given: unknown[]) => unknown) | Module
}

/** What the script passes to `define`. */
const definitionIn = (source: string): Definition | null => {
  let found: Definition | null = null
  const define = (...given: readonly unknown[]): void => {
    const needs = given.find((value) => Array.isArray(value)) as readonly string[] | undefined
    found = { needs: needs ?? [], make: given.at(-1) as Definition['make'] }
  }
  define.amd = {}
  // eslint-disable-next-line typescript/no-implied-eval -- the frame is meant for running untrusted code
  Function('define', source)(define)
  return found
}

export class WidgetModules {
  private readonly loaded = new Map<string, Promise<Module | null>>()

  constructor(
    private readonly own: { readonly [name: string]: Module },
    private readonly send: Send,
    private readonly library: LoadLibrary,
  ) {}

  /** Null if it is not available. */
  load(name: string, version: string): Promise<Module | null> {
    const own = this.own[name]
    if (own !== undefined) return Promise.resolve(own)
    const loading = this.loaded.get(name) ?? this.define(name, version)
    this.loaded.set(name, loading)
    return loading
  }

  private async define(name: string, version: string): Promise<Module | null> {
    const source =
      name === 'jupyter-leaflet' ? await this.library(name) : await this.fromServer(name, version)
    const found = source === null ? null : definitionIn(source)
    if (found === null) return null
    const { needs, make } = found
    if (typeof make !== 'function') return make
    const exported: Module = {}
    const special = new Map<string, Module>([
      ['module', { uri: '' }],
      ['exports', exported],
    ])
    const given = await Promise.all(
      needs.map(async (each) => special.get(each) ?? (await this.load(each, 'latest'))),
    )
    return (make(...given) as Module | undefined) ?? exported
  }

  private async fromServer(name: string, version: string): Promise<string | null> {
    if (!allowedHosts.includes(server)) {
      reportBlocked([server], this.send)
      return null
    }
    const response = await fetch(`https://${server}/npm/${name}@${version}/dist/index.js`)
    return response.ok ? response.text() : null
  }
}
