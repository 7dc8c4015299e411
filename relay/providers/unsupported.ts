// Parts of a request that some models and servers refuse, each in its own words. The request is repeated without them.
import { APICallError } from '@ai-sdk/provider'
import { isRecord } from '../../shared/record.ts'
import type { ModelRequest } from '../../shared/model/provider.ts'
import { answeredReason } from './failure.ts'
import { parsedJson } from './json.ts'
import { hasThoughts } from './prompt.ts'

/**
 * pause: asking not to think, of a model that always does · thoughts: what led to its earlier calls, sent back · limit: of
 * the answer's length · system: a message of that role · usage: asking for the number of tokens.
 */
export type Optional = 'tools' | 'effort' | 'thoughts' | 'pause' | 'thinking' | 'limit' | 'system' | 'usage'

const refused =
  'not supported|unsupported|not? support|requires|unrecognized|unknown|not permitted|not enabled|not allowed|unexpected'

/** A name and a refusal within one sentence, in any order. */
const near = (name: string, refusal: string): RegExp =>
  new RegExp(`(?:${refusal}).{0,80}${name}|${name}.{0,80}(?:${refusal})`, 'is')

interface Part {
  readonly part: Optional
  readonly isIn: (request: ModelRequest) => boolean
  readonly refusal: RegExp
}

/** In the order in which a reason is searched for them: a later name may be a part of an earlier one. */
const parts: readonly Part[] = [
  {
    part: 'tools',
    isIn: ({ tools }) => tools.length > 0,
    refusal: near(
      '\\b(?:tools?|tool[ _-](?:use|choice|call(?:s|ing)?)|function[ _-]call(?:s|ing)?)\\b',
      `${refused}|no endpoints found that support`,
    ),
  },
  {
    part: 'thoughts',
    isIn: ({ messages }) => messages.some(hasThoughts),
    refusal: near(
      '(?:reasoning_(?:content|details|text)|thinking`? blocks?|signature)',
      `${refused}|invalid`,
    ),
  },
  {
    part: 'pause',
    isIn: ({ thinking }) => !thinking,
    refusal: near('thinking.{0,20}disabled', refused),
  },
  {
    part: 'effort',
    isIn: ({ effort }) => effort !== null,
    refusal: near('\\b(?:reasoning[ _.-])?effort\\b', `${refused}|must be one of|invalid`),
  },
  {
    part: 'thinking',
    isIn: ({ thinking }) => thinking,
    refusal: near(
      '\\b(?:think(?:ing)?|reasoning)(?:\\b|_effort)',
      `${refused}|must be one of|must be verified|invalid`,
    ),
  },
  { part: 'limit', isIn: () => true, refusal: /\bmax[ _](?:completion_|output_)?tokens\b/i },
  {
    part: 'system',
    isIn: () => true,
    refusal: near(
      '(?:\\bsystem (?:role|messages?|prompts?|instructions?)|\\bdeveloper instructions?|["\'`](?:system|developer)["\'`])',
      refused,
    ),
  },
  { part: 'usage', isIn: () => true, refusal: near('stream_options', refused) },
]

/** The server's words, and the part of the request that it says they are about. */
const reasonOf = (error: APICallError): string => {
  const body = parsedJson(error.responseBody ?? '')
  const { param } = isRecord(body) && isRecord(body['error']) ? body['error'] : {}
  return `${typeof param === 'string' ? param : ''} ${answeredReason(error)}`
}

/** What of the request the server refused and is not left out already; null if it is something else. */
export const unsupportedIn = (
  error: unknown,
  request: ModelRequest,
  left: ReadonlySet<Optional>,
): Optional | null => {
  if (!APICallError.isInstance(error) || (error.statusCode ?? 0) < 400) return null
  const reason = reasonOf(error)
  const found = parts.find(
    ({ part, isIn, refusal }) => !left.has(part) && isIn(request) && refusal.test(reason),
  )
  return found?.part ?? null
}

/** The request without those of its members; what is no member is left out where it is sent. */
export const without = (request: ModelRequest, left: ReadonlySet<Optional>): ModelRequest => ({
  ...request,
  ...(left.has('tools') ? { tools: [] } : {}),
  ...(left.has('effort') ? { effort: null } : {}),
  ...(left.has('thinking') ? { thinking: false } : left.has('pause') ? { thinking: true } : {}),
})
