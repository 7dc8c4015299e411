// Servers that refuse a request for something in it that they do not support.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { anthropic } from '../../../relay/providers/anthropic.ts'
import { openai } from '../../../relay/providers/openai.ts'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { ModelRequest, Provider } from '../../../shared/model/provider.ts'
import { collect, endOf, readCells, said } from '../../contract/provider.ts'
import { jsonOf, LoopbackServer, sendJson } from '../../support/loopback-server.ts'
import { times } from '../../support/wires.ts'

type Body = Readonly<Record<string, unknown>>

class PlainServer extends LoopbackServer {
  readonly asked: Body[] = []
  status = 400
  refusal: string | object = ''
  refused: string | ((body: Body) => boolean) = 'tools'

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await jsonOf(request)) as Body
    this.asked.push(body)
    const { refusal, refused } = this
    if (typeof refused === 'string' ? refused in body : refused(body))
      return sendJson(
        response,
        this.status,
        typeof refusal === 'string' ? { error: { message: refusal } } : refusal,
      )
    sendJson(response, 200, { choices: [{ message: { content: 'ok' }, finish_reason: 'stop' }] })
  }
}

let server: PlainServer
beforeEach(async () => void (server = await new PlainServer().listen()))
afterEach(() => server.close())

const provider = () =>
  createOpenAICompatible(
    { baseUrl: `${server.origin}/v1`, apiKey: null, model: 'm', imageModel: null },
    times,
  )
const everything = { tools: [readCells], thinking: true }

test.each([
  [400, 'registry.ollama.ai/library/gemma:2b does not support tools'],
  [400, '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set'],
  [500, 'tools param requires --jinja flag'],
  [404, 'No endpoints found that support tool use.'],
  [400, '`tool calling` is not supported with this model'],
])(
  'a model without tools answers without them, and is not asked again with them: %i %s',
  async (status, said_) => {
    Object.assign(server, { status, refusal: said_ })
    const asked = provider()
    const got = await collect(asked, 'hello', undefined, everything)
    expect(said(got, 'text')).toBe('ok')
    expect(endOf(got).reason).toBe('done')
    const again = await collect(asked, 'hello', undefined, everything)
    expect(server.asked.map((body) => 'tools' in body)).toEqual([true, false, false])
    for (const events of [got, again])
      expect(events.filter(({ type }) => type === 'no-tools')).toHaveLength(1)
    const plain = await collect(asked, 'hello', undefined, { tools: [] })
    expect(plain.some(({ type }) => type === 'no-tools')).toBe(false)
    expect(server.asked.slice(0, 3).every((body) => 'reasoning_effort' in body)).toBe(true)
  },
)

test.each([
  "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
  '"m" does not support thinking',
  'Unrecognized request argument supplied: reasoning_effort',
])('a model without thinking answers without it: %s', async (refusal) => {
  Object.assign(server, { refusal, refused: 'reasoning_effort' })
  const got = await collect(provider(), 'hello', undefined, everything)
  expect(endOf(got).reason).toBe('done')
  expect(got.some(({ type }) => type === 'no-tools')).toBe(false)
  expect(server.asked.map((body) => ['tools' in body, 'reasoning_effort' in body])).toEqual([
    [true, true],
    [true, false],
  ])
})

/** FastAPI's words for a member it does not know. */
const extra = (member: string): object => ({
  detail: [{ type: 'extra_forbidden', loc: ['body', member], msg: 'Extra inputs are not permitted' }],
})
const first = ({ messages }: Body): Body => (messages as readonly Body[])[0] ?? {}

test.each<[string, string | object, string | ((body: Body) => boolean)]>([
  ['tools', extra('tools'), 'tools'],
  ['thinking', extra('reasoning_effort'), 'reasoning_effort'],
  ['thinking', '`reasoning_effort` must be one of `none` or `default`', 'reasoning_effort'],
  ['the number of tokens', extra('stream_options'), 'stream_options'],
  ['the number of tokens', 'Unrecognized request argument supplied: stream_options', 'stream_options'],
  [
    'a limit',
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    'max_tokens',
  ],
  [
    'a limit',
    "'max_tokens' or 'max_completion_tokens' is too large: 8192. This model's maximum context length is 4096 tokens and your request has 300 input tokens (8192 > 4096 - 300).",
    'max_tokens',
  ],
  ['a limit', 'The max tokens must be between 1 and 5000.', 'max_tokens'],
  ['a system prompt', 'System role not supported', (body) => first(body)['role'] === 'system'],
  [
    'a system prompt',
    'Developer instruction is not enabled for models/gemma-3-27b-it',
    (body) => first(body)['role'] === 'system',
  ],
  [
    'a system prompt',
    "Unsupported value: 'messages[0].role' does not support 'system' with this model.",
    (body) => first(body)['role'] === 'system',
  ],
])('a server that refuses %s is asked without it: %j', async (_, refusal, refused) => {
  Object.assign(server, { refusal, refused })
  const asked = provider()
  const got = await collect(asked, 'hello', undefined, everything)
  expect(said(got, 'text')).toBe('ok')
  await collect(asked, 'hello', undefined, everything)
  expect(server.asked).toHaveLength(3)
  expect(JSON.stringify(server.asked[1])).toContain('You are under test.')
})

test('a server that refuses the thinking it sent gets its calls without it', async () => {
  Object.assign(server, {
    refusal: "'messages.2' : ... [('messages.2' : property 'reasoning_content' is unsupported)]",
    refused: ({ messages }: Body) => JSON.stringify(messages).includes('reasoning_content'),
  })
  const turn = [
    { type: 'reasoning', text: 'hm' },
    { type: 'tool-call', toolCallId: 'a', toolName: 'read_cells', input: {} },
  ]
  const got = await collect(provider(), '', undefined, {
    ...everything,
    messages: [
      { role: 'user', text: 'hello' },
      { role: 'assistant', text: '', calls: [{ id: 'a', name: 'read_cells', input: {} }], turn },
      { role: 'tool', answers: [{ id: 'a', name: 'read_cells', text: 'nothing' }] },
    ],
  })
  expect(said(got, 'text')).toBe('ok')
  expect(server.asked.at(-1)?.['reasoning_effort']).toBe('medium')
})

const anthropicAt = (origin: string): Provider =>
  anthropic.create({ apiKey: 'sk-0123456789', baseUrl: `${origin}/v1`, model: 'claude-unknown' }, times)

test.each<[string, (body: Body) => boolean, Partial<ModelRequest>, Body]>([
  [
    'This model does not support the effort parameter.',
    ({ output_config }) => output_config !== undefined,
    { thinking: true, effort: 'high' },
    { thinking: { type: 'adaptive', display: 'summarized' } },
  ],
  [
    '"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive".',
    ({ thinking }) => JSON.stringify(thinking).includes('disabled'),
    {},
    { thinking: { type: 'adaptive', display: 'summarized' } },
  ],
  [
    'max_tokens: 25576 > 8192, which is the maximum allowed number of output tokens for claude-unknown',
    ({ max_tokens }) => Number(max_tokens) > 8_192,
    {},
    { max_tokens: 4_096 },
  ],
])('Anthropic’s "%s" is answered by another request', async (message, refused, asking, sent) => {
  Object.assign(server, {
    refusal: { type: 'error', error: { type: 'invalid_request_error', message } },
    refused,
  })
  await collect(anthropicAt(server.origin), 'hello', undefined, asking)
  expect(server.asked).toHaveLength(2)
  expect(server.asked[1]).toMatchObject(sent)
})

test('an organization that may not see OpenAI’s thinking gets answers, with the effort it asked for', async () => {
  const message = 'Your organization must be verified to generate reasoning summaries. Please go to: …'
  Object.assign(server, {
    refusal: { error: { message, param: 'reasoning.summary', code: 'unsupported_value' } },
    refused: ({ reasoning }: Body) => JSON.stringify(reasoning ?? {}).includes('summary'),
  })
  const asked = openai.create(
    { apiKey: 'sk-0123456789', baseUrl: `${server.origin}/v1`, model: 'gpt-5', imageModel: null },
    times,
  )
  await collect(asked, 'hello', undefined, { thinking: true, effort: 'high' })
  expect(server.asked.slice(0, 2).map(({ reasoning }) => reasoning)).toEqual([
    { effort: 'high', summary: 'auto' },
    { effort: 'high' },
  ])
})

test('any other refusal is told, after one request', async () => {
  server.refusal = 'The input is too long for this model'
  const got = await collect(provider(), 'hello', undefined, everything)
  expect(endOf(got)).toMatchObject({
    message: expect.stringContaining('too long for this model. Hide cells'),
  })
  expect(server.asked).toHaveLength(1)
})
