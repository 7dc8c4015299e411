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

export class Globals {
  private readonly values = new Map<string, unknown>()
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
      if (/^\d+$/.test(name) || (this.values.has(name) && Object.is(this.values.get(name), value))) continue
      this.values.set(name, value)
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
