// Libraries that outputs ask servers for and that are part of this app: the page hands them over instead.

import type { FromFrame, LibraryName } from './message.ts'

const min = String.raw`(?:[.-]min)?`
const version = String.raw`(?:@[\w.^~-]+)?`
/** By the path of the address, without what comes after a question mark. */
const patterns: readonly (readonly [LibraryName, RegExp])[] = [
  [
    'plotly',
    new RegExp(`/plotly(?:\\.js-dist(?:-min)?${version}/plotly)?(?:-latest|-\\d[\\w.]*?)?${min}(?:\\.js)?$`),
  ],
  ...(['vega', 'vega-lite', 'vega-embed'] as const).map(
    (name) =>
      [name, new RegExp(`/${name}(?:${version}|/[\\d.]+)(?:/(?:build/)?${name}${min}\\.js)?$`)] as const,
  ),
  ['mathjax', /\/mathjax.*\/(?:tex-[\w-]+|MathJax)(?:\.min)?(?:\.js)?$/i],
  ['require', new RegExp(`/require${min}(?:\\.js)?$`)],
  ['jquery', new RegExp(`/jquery(?:-\\d[\\w.]*?)?${min}\\.js$`)],
  ['leaflet', new RegExp(`/leaflet${version}(?:/[\\d.]+)?(?:/dist)?/leaflet(?:-src)?${min}\\.js$`)],
  ['leaflet.css', new RegExp(`/leaflet${version}(?:/[\\d.]+)?(?:/dist)?/leaflet${min}\\.css$`)],
]

export function libraryAt(address: string): LibraryName | null {
  if (!/^(https?:)?\/\//.test(address) || !URL.canParse(address, 'https://x')) return null
  const { pathname } = new URL(address, 'https://x')
  return patterns.find(([, pattern]) => pattern.test(pathname))?.[0] ?? null
}

const waiting = new Map<
  LibraryName,
  { readonly source: Promise<string | null>; readonly take: (source: string | null) => void }
>()

export function librarySource(name: LibraryName, tell: (message: FromFrame) => void): Promise<string | null> {
  const before = waiting.get(name)
  if (before) return before.source
  let take: (source: string | null) => void = () => undefined
  const source = new Promise<string | null>((resolve) => (take = resolve))
  waiting.set(name, { source, take })
  tell({ type: 'nb-library', name })
  return source
}

export const takeLibrary = (name: LibraryName, source: string | null): void => waiting.get(name)?.take(source)

/** Scripts that other scripts make get ours where they ask for one of these. */
export function answerScripts(tell: (message: FromFrame) => void): void {
  const { prototype } = HTMLScriptElement
  const property = Object.getOwnPropertyDescriptor(prototype, 'src')
  const setAttribute = Reflect.get(prototype, 'setAttribute')
  const put = async (script: HTMLScriptElement, name: LibraryName): Promise<void> => {
    const source = await librarySource(name, tell)
    if (source !== null) script.text = source
    script.dispatchEvent(new Event(source === null ? 'error' : 'load'))
  }
  Object.defineProperty(prototype, 'src', {
    ...property,
    set(this: HTMLScriptElement, address: unknown) {
      const name = libraryAt(String(address))
      if (name === null) property?.set?.call(this, address)
      else void put(this, name)
    },
  })
  prototype.setAttribute = function (this: HTMLScriptElement, attribute: string, value: string): void {
    if (attribute.toLowerCase() === 'src') this.src = value
    else setAttribute.call(this, attribute, value)
  }
}
