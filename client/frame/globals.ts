// What scripts leave behind in the window, by name: variables, what a module loader knows, custom elements.

interface Loader {
  readonly s?: { readonly contexts?: { readonly _?: { readonly [part: string]: object | undefined } } }
}

/** Without asking a getter: some of the window's own refuse where there is no origin, others say something else each time. */
const held = (name: string): unknown => {
  const property = Object.getOwnPropertyDescriptor(window, name)
  return property?.get ?? (property?.value as unknown)
}

/** `let`, `const` and `class` at the top of a script are everybody's, and no property of the window. */
export const declaredNames = (code: string): string[] =>
  [...code.matchAll(/(?:^|[\n;{}])[ \t]*(?:let|const|class)\s+([\w$]+)/g)].map(([, name]) => name ?? '')

/** Modules that were defined under a name, for require.js. */
function moduleNames(): string[] {
  const context = (held('requirejs') as Loader | undefined)?.s?.contexts?._
  return ['registry', 'defined'].flatMap((part) => Object.keys(context?.[part] ?? {}))
}

const sizeOf = (value: unknown): number =>
  (typeof value === 'object' && value !== null) || typeof value === 'function' ? Object.keys(value).length : 0

export class Globals {
  private readonly values = new Map<string, unknown>()
  /** How many members those had that scripts made. */
  private readonly own = new Map<string, number>()
  private readonly others = new Set<string>()
  private elements: string[] = []

  constructor() {
    for (const name of Object.getOwnPropertyNames(window)) this.values.set(name, held(name))
    const define = customElements.define.bind(customElements)
    customElements.define = (name, ...rest) => {
      define(name, ...rest)
      this.elements.push(name)
    }
  }

  /** The names that were made, or got another value, since this was asked before. */
  changed(): string[] {
    const found = this.elements.splice(0)
    for (const name of Object.getOwnPropertyNames(window)) {
      const value = held(name)
      // What a script made has grown where another put something into it.
      const size = this.own.has(name) ? sizeOf(value) : 0
      const isSame = this.values.has(name) && Object.is(this.values.get(name), value)
      if (/^\d+$/.test(name) || (isSame && this.own.get(name) === size) || (isSame && !this.own.has(name)))
        continue
      this.values.set(name, value)
      this.own.set(name, sizeOf(value))
      found.push(name)
    }
    for (const name of moduleNames()) {
      if (this.others.has(name)) continue
      this.others.add(name)
      found.push(name)
    }
    return found
  }
}
