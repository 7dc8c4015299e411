// Parts of a request that some models and servers refuse, each in its own words. The request is repeated without them.
import { APICallError } from '@ai-sdk/provider'
import type { ModelRequest } from '../../shared/model/provider.ts'
import { answeredReason } from './failure.ts'

export type Optional = 'tools' | 'thinking'

const names: Readonly<Record<Optional, string>> = {
  tools: 'tools?|tool[ _-](?:use|choice|call(?:s|ing)?)|function[ _-]call(?:s|ing)?',
  thinking: 'think(?:ing)?|reasoning(?:[ _-]effort)?',
}
const refused =
  'not supported|unsupported|not? support|requires|unrecognized|unknown|not permitted|not enabled'

const refuses = (optional: Optional, reason: string): boolean => {
  const name = `\\b(?:${names[optional]})\\b`
  const before = `(?:${refused}|no endpoints found that support).{0,80}${name}`
  return new RegExp(`${before}|${name}.{0,80}(?:${refused})`, 'is').test(reason)
}

const has = (optional: Optional, { tools, thinking, effort }: ModelRequest): boolean =>
  optional === 'tools' ? tools.length > 0 : thinking || effort !== null

/** What of the request the server refused; null if it is something else. */
export const unsupportedIn = (error: unknown, request: ModelRequest): Optional | null => {
  if (!APICallError.isInstance(error) || (error.statusCode ?? 0) < 400) return null
  const reason = answeredReason(error)
  const all: readonly Optional[] = ['tools', 'thinking']
  return all.find((each) => has(each, request) && refuses(each, reason)) ?? null
}

export const without = (request: ModelRequest, left: Iterable<Optional>): ModelRequest =>
  [...left].reduce<ModelRequest>(
    (rest, each) => ({ ...rest, ...(each === 'tools' ? { tools: [] } : { thinking: false, effort: null }) }),
    request,
  )
