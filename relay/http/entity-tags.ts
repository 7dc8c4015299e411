// `If-Match` and `If-None-Match`: lists of entity tags, or `*`. A proxy that compresses marks tags as weak (`W/"…"`), and
// its clients send them back so: they name the same content here.
import type { IncomingMessage } from 'node:http'

/** The tags of a header, without their quotes; null if it is not one. */
export const tagsOf = (header: string | undefined): '*' | readonly string[] | null => {
  const text = header?.trim()
  if (text === undefined) return null
  if (text === '*') return '*'
  if (!/^(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*$/.test(text)) return null
  return [...text.matchAll(/"([^"]*)"/g)].map(([, tag = '']) => tag)
}

/** Whether the client already has the content with this tag, which is given with its quotes. */
export const isHeld = ({ headers }: IncomingMessage, tag: string): boolean => {
  const held = tagsOf(headers['if-none-match'])
  return held === '*' || (held?.includes(tag.replace(/^(?:W\/)?"|"$/g, '')) ?? false)
}
