// Finds the names that scripts define globally: variables, AMD modules and custom elements.

interface Loader {
  readonly s?: { readonly contexts?: { readonly _?: { readonly [part: string]: object | undefined } } }
}

/** Does not call getters: without an origin some of them throw, and others return a new value on each call. */
const valueOf = (name: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(window, name)
  return property?.get ?? (property?.value as unknown)
}

/** Top-level `let`, `const` and `class` of a script are global but not properties of the window. */
export const declaredNames = (code: string): string[] =>
  [...code.matchAll(/(?:^|[\n;{}])[ \t]*(?:let|const|class)\s+([\w$]+)/g)].map(([, name]) => name ?? '')

/** Named modules of require.js. */
const moduleNames = (): string[] => {
  const context = (valueOf('requirejs') as Loader | undefined)?.s?.contexts?._
  return ['registry', 'defined'].flatMap((part) => Object.keys(context?.[part] ?? {}))
}

const sizeOf = (value: unknown): number =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? Object.keys(value).length : 0

export class Globals {
  private readonly values = new Map<string, unknown>()
  /** The number of members of each global that a script defined. */
  private readonly sizes = new Map<string, number>()
  private readonly modules = new Set<string>()
  private elements: string[] = []

  constructor() {
    for (const name of Object.getOwnPropertyNames(window)) this.values.set(name, valueOf(name))
    const define = customElements.define.bind(customElements)
    customElements.define = (name, ...rest) => {
      define(name, ...rest)
      this.elements.push(name)
    }
  }

  /** The names that were defined or changed since the last call. */
  changed(): string[] {
    const found = this.elements.splice(0)
    for (const name of Object.getOwnPropertyNames(window)) {
      const value = valueOf(name)
      // A script may have added members to a global of another one.
      const size = this.sizes.has(name) ? sizeOf(value) : 0
      const isSame = this.values.has(name) && Object.is(this.values.get(name), value)
      if (
        /^\d+$/.test(name) ||
        (isSame && this.sizes.get(name) === size) ||
        (isSame && !this.sizes.has(name))
      )
        continue
      this.values.set(name, value)
      this.sizes.set(name, sizeOf(value))
      found.push(name)
    }
    for (const name of moduleNames()) {
      if (this.modules.has(name)) continue
      this.modules.add(name)
      found.push(name)
    }
    return found
  }
}
