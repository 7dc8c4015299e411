// Where the program is installed, and its version.
import { readFileSync } from 'node:fs'

/** From sources (tests) or from dist/relay. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)

export const version = (): string => {
  const text = readFileSync(new URL('package.json', root), 'utf8')
  return String((JSON.parse(text) as { version?: unknown }).version)
}
