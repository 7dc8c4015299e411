// What a person sees whose browser opens an address that has no page.
import type { IncomingMessage } from 'node:http'
import { encodePath } from '../../shared/api/route.ts'
import type { ErrorCode } from '../../shared/api/shapes.ts'
import { parsePath } from '../files/path.ts'
import { decoded } from './decoded.ts'

/** A browser opens an address, rather than a program. */
export const wantsPage = ({ method, headers }: IncomingMessage): boolean =>
  (method === 'GET' || method === 'HEAD') && /\btext\/html\b/.test(headers.accept ?? '')

export const errorPagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`

const titles: Partial<Record<ErrorCode, string>> = {
  not_found: 'There is nothing at this address',
  not_allowed: 'This needs a token',
}

const link = (href: string, text: string): string => `<a href="${escaped(href)}">${escaped(text)}</a>`

/** `pathname`: what was asked for, in the app. `root`: the app's address, relative to that. */
export const errorPage = (code: ErrorCode, message: string, pathname: string, root: string): string => {
  const title = titles[code] ?? 'This cannot be shown'
  const name = parsePath(decoded(pathname.slice(1)) ?? '')
  const isMissing = code === 'not_found'
  const links = [
    ...(name === null ? [] : [link(`${root}notebook/${encodePath(name)}`, `Open the notebook ${name}`)]),
    link(root, 'All notebooks'),
  ]
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} – LLM Notebook</title>
<style>
:root { color-scheme: light dark }
body { max-width: 40em; margin: 15vh auto; padding: 0 24px; font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 24px }
code, p { overflow-wrap: anywhere }
</style>
<h1>${title}</h1>
<p>${isMissing ? `<code>${escaped(pathname)}</code>` : escaped(sentence(message))}</p>
${isMissing ? links.map((each) => `<p>${each}</p>`).join('\n') : ''}
</html>
`
}
