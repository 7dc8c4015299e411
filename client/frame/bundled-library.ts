// Libraries that outputs load from a CDN and that are part of this app. The page provides them instead.

import type { LibraryName, Send } from './message.ts'

const min = String.raw`(?:[.-]min)?`
const version = String.raw`(?:@[\w.^~-]+)?`
/** Match the path of a URL. */
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

export const bundledLibraryAt = (url: string): LibraryName | null => {
  if (!/^(https?:)?\/\//.test(url) || !URL.canParse(url, 'https://x')) return null
  const { pathname } = new URL(url, 'https://x')
  return patterns.find(([, pattern]) => pattern.test(pathname))?.[0] ?? null
}

const requested = new Map<
  LibraryName,
  { readonly source: Promise<string | null>; readonly resolve: (source: string | null) => void }
>()

/** Null if the page cannot provide it. */

export const bundledSource = (name: LibraryName, send: Send): Promise<string | null> => {
  const before = requested.get(name)
  if (before) return before.source
  let resolve: (source: string | null) => void = () => undefined
  const source = new Promise<string | null>((settle) => (resolve = settle))
  requested.set(name, { source, resolve })
  send({ type: 'nb-library', name })
  return source
}

export const receiveLibrary = (name: LibraryName, source: string | null): void =>
  requested.get(name)?.resolve(source)

/** Serves bundled libraries to script elements that are created by scripts. */
export const interceptScripts = (send: Send): void => {
  const { prototype } = HTMLScriptElement
  const property = Object.getOwnPropertyDescriptor(prototype, 'src')
  const setAttribute = Reflect.get(prototype, 'setAttribute')
  const put = async (script: HTMLScriptElement, name: LibraryName): Promise<void> => {
    const source = await bundledSource(name, send)
    if (source !== null) script.text = source
    script.dispatchEvent(new Event(source === null ? 'error' : 'load'))
  }
  Object.defineProperty(prototype, 'src', {
    ...property,
    set(this: HTMLScriptElement, url: unknown) {
      const name = bundledLibraryAt(String(url))
      if (name === null) property?.set?.call(this, url)
      else void put(this, name)
    },
  })
  prototype.setAttribute = function (this: HTMLScriptElement, attribute: string, value: string): void {
    if (attribute.toLowerCase() === 'src') this.src = value
    else setAttribute.call(this, attribute, value)
  }
}
