// Answers in which servers of chat completions differ from OpenAI, byte for byte. Each is one that people reported.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { Provider } from '../../../shared/model/provider.ts'
import { collect, endOf, readCells, said } from '../../contract/provider.ts'
import { jsonOf, LoopbackServer } from '../../support/loopback-server.ts'
import { times } from '../../support/wires.ts'

/** Sends `body` in pieces of a few bytes, so that characters and line ends are cut. */
class OddServer extends LoopbackServer {
  status = 200
  type = 'text/event-stream'
  body = ''

  readonly asked: string[] = []

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(JSON.stringify(await jsonOf(request)))
    response.writeHead(this.status, { 'content-type': this.type })
    const bytes = Buffer.from(this.body)
    for (let at = 0; at < bytes.length; at += 3) response.write(bytes.subarray(at, at + 3))
    response.end()
  }
}

let server: OddServer
let provider: Provider
beforeEach(async () => {
  server = await new OddServer().listen()
  const settings = { baseUrl: `${server.origin}/v1`, apiKey: null, model: 'm', imageModel: null }
  provider = createOpenAICompatible(settings, times)
})
afterEach(() => server.close())

type Chunk = Readonly<Record<string, unknown>>
const chunk = (delta: unknown, reason: string | null = null): Chunk => ({
  id: 'x',
  choices: [{ index: 0, delta, finish_reason: reason }],
})
const end = chunk({}, 'stop')
const before = (...chunks: readonly Chunk[]): string =>
  chunks.map((each) => `data: ${JSON.stringify(each)}\n\n`).join('')
const events = (...chunks: readonly Chunk[]): string => `${before(...chunks)}data: [DONE]\n\n`
const plain = events(chunk({ content: 'ö' }), chunk({ content: 'k' }), end)

test.each([
  ['CRLF', plain.replaceAll('\n', '\r\n')],
  ['CR', plain.replaceAll('\n', '\r')],
  ['comments', `: PROCESSING\n\n${plain}`],
  ['names of events', plain.replaceAll('data: ', 'event: message\nid: 1\ndata:')],
  ['no empty line between events', plain.replaceAll('\n\n', '\n')],
  ['no line end at the end', plain.slice(0, plain.lastIndexOf('data: [DONE]')).trimEnd()],
  ['a sign of life without choices', before({ id: 'x' }, { choices: null }, { choices: [] }) + plain],
  ['members of other types', plain.replaceAll('"id":"x"', '"id":7,"created":"today","model":null')],
  ['something after the end', `${plain}data: {"x":1}\n\nmore`],
  ['another choice', before({ choices: [{ index: 1, delta: { content: 'B' } }] }) + plain],
  ['the text of the older API', events({ choices: [{ index: 0, text: 'ök', finish_reason: 'stop' }] })],
  [
    'a whole message',
    JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'ök' }, finish_reason: 'stop' }] }),
  ],
])('a reply with %s is read', async (_, body) => {
  server.body = body
  const got = await collect(provider, 'hello')
  expect(said(got, 'text')).toBe('ök')
  expect(endOf(got).reason).toBe('done')
})

test.each([
  [
    'in tags',
    [{ content: '\n<thi' }, { content: 'nk>\nhm' }, { content: 'm</th' }, { content: 'ink>\n\nso' }],
  ],
  ['under another name', [{ reasoning: 'hmm' }, { content: 'so' }]],
  ['in details', [{ reasoning_details: [{ type: 'reasoning.text', text: 'hmm' }] }, { content: 'so' }]],
  ['under two names at once', [{ reasoning: 'hmm', reasoning_content: 'hmm' }, { content: 'so' }]],
])('thinking %s is thinking', async (_, deltas) => {
  server.body = events(...deltas.map((delta) => chunk(delta)), end)
  const got = await collect(provider, 'hello')
  expect([said(got, 'thinking'), said(got, 'text')]).toEqual(['hmm', 'so'])
})

test('a tag that is not at the start, or not whole, is text', async () => {
  for (const text of ['Use <think> here', '<thin', ' <b>']) {
    server.body = events(chunk({ content: text }), end)
    const got = await collect(provider, 'hello')
    expect([said(got, 'thinking'), said(got, 'text')]).toEqual(['', text])
  }
})

test.each([
  [
    'an index in quotes',
    [{ index: '0', id: 'a', function: { name: 'read_cells', arguments: '{"ids":[]}' } }],
  ],
  [
    'arguments that are no text',
    [{ index: 0, id: 'a', function: { name: 'read_cells', arguments: { ids: [] } } }],
  ],
  [
    'a name that comes later',
    [
      { index: 0, id: 'a' },
      { index: 0, function: { name: 'read_cells', arguments: '{"ids":[]}' } },
    ],
  ],
  [
    'empty members in later pieces',
    [
      { index: 0, id: 'a', type: '', function: { name: 'read_cells', arguments: '{"ids":' } },
      { index: 0, id: '', type: '', function: { name: '', arguments: '[]}' } },
    ],
  ],
])('a call with %s is made', async (_, calls) => {
  server.body = events(...calls.map((call) => chunk({ tool_calls: [call] })), chunk({}, 'tool_calls'))
  const got = await collect(provider, 'hello', undefined, { tools: [readCells] })
  expect(got).toContainEqual({ type: 'call', id: 'a', name: 'read_cells', input: { ids: [] } })
  expect(endOf(got).reason).toBe('calls')
})

test('the signature that Gemini sends with a call goes back with it', async () => {
  const extra_content = { google: { thought_signature: 'signed' } }
  const call = { index: 0, id: 'a', extra_content, function: { name: 'read_cells', arguments: '{}' } }
  server.body = events(chunk({ tool_calls: [call] }), chunk({}, 'tool_calls'))
  const end = endOf(await collect(provider, 'hello', undefined, { tools: [readCells] }))
  if (end.reason !== 'calls') throw new Error(`it ended as ${end.reason}`)
  const calls = [{ id: 'a', name: 'read_cells', input: {} }]
  await collect(provider, '', undefined, {
    tools: [readCells],
    messages: [
      { role: 'user', text: 'hello' },
      { role: 'assistant', text: '', calls, turn: end.turn },
      { role: 'tool', answers: [{ id: 'a', name: 'read_cells', text: 'nothing' }] },
    ],
  })
  expect(server.asked.at(-1)).toContain(JSON.stringify({ extra_content }).slice(1, -1))
})

test.each([
  ['no JSON', '{"ids": [unquoted]}', '{"ids": [unquoted]}'],
  ['JSON as a string', '"{\\"ids\\":[]}"', { ids: [] }],
])('a call with arguments that are %s is a call', async (_, written, input) => {
  const call = { index: 0, id: 'a', function: { name: 'read_cells', arguments: written } }
  server.body = events(chunk({ tool_calls: [call] }), chunk({}, 'tool_calls'))
  const got = await collect(provider, 'hello', undefined, { tools: [readCells] })
  expect(got).toContainEqual({ type: 'call', id: 'a', name: 'read_cells', input })
  expect(endOf(got).reason).toBe('calls')
})

test.each([
  ['MALFORMED_FUNCTION_CALL', 'error'],
  ['error', 'error'],
  ['model_length', 'length'],
  ['abort', 'interrupted'],
  ['SAFETY', 'refused'],
  ['eos', 'done'],
])('the reason "%s" of an end is read', async (reason, read) => {
  server.body = events(chunk({ content: 'half' }), chunk({}, reason))
  expect(endOf(await collect(provider, 'hello')).reason).toBe(read)
})

test('tokens that DeepSeek had in its cache are counted', async () => {
  const usage = { prompt_tokens: 7, completion_tokens: 8, prompt_cache_hit_tokens: 4 }
  server.body = events(chunk({ content: 'ok' }), end, { usage })
  expect(await collect(provider, 'hello')).toContainEqual(
    expect.objectContaining({ usage: expect.objectContaining({ input: 7, cached: 4 }) }),
  )
})

test('tokens are counted also where some are text', async () => {
  server.body = events(chunk({ content: 'ok' }), end, { usage: { prompt_tokens: 7, completion_tokens: '8' } })
  expect(await collect(provider, 'hello')).toContainEqual(
    expect.objectContaining({ usage: expect.objectContaining({ input: 7, output: 8 }) }),
  )
})

test.each([
  ['a text', { error: 'boom' }],
  ['a detail', { detail: 'boom' }],
  ['with a code', { error: { message: 'boom', code: 502, metadata: {} } }],
  ['a message', { object: 'error', message: 'boom' }],
  [
    'in its choice',
    { choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 502, message: 'boom' } }] },
  ],
])('an error in the stream that is %s is told in its words', async (_, error) => {
  server.body = events(chunk({ content: 'half' }), error)
  const got = await collect(provider, 'hello')
  expect(said(got, 'text')).toBe('half')
  expect(endOf(got)).toEqual({
    type: 'end',
    reason: 'error',
    message: 'The model server reported an error: boom',
  })
})

test('an error that llama.cpp writes as a field of its own is told', async () => {
  server.body = `${before(chunk({ content: 'half' }))}error: ${JSON.stringify({ code: 500, message: 'boom' })}\n\n`
  expect(endOf(await collect(provider, 'hello'))).toMatchObject({ message: expect.stringContaining('boom') })
})

test.each([
  ['application/json', '{"error":{"message":"no more quota"}}', /: no more quota$/],
  ['text/html', '<html>Log in</html>', /is its address right/],
  ['text/event-stream', '', /empty answer/],
])('a success that is no reply is an error: %s', async (type, body, message) => {
  server.type = type
  server.body = body
  expect(endOf(await collect(provider, 'hello'))).toMatchObject({
    reason: 'error',
    message: expect.stringMatching(message),
  })
})

test.each([
  ['{"detail":[{"loc":["body"],"msg":"field required"}]}', 'field required'],
  ['{"message":"bad thing","object":"error"}', 'bad thing'],
  ['{"error":"bad thing"}', 'bad thing'],
  ['[{"error":{"message":"API key not valid"}}]', 'API key not valid'],
  ['data: {"error": {"message": "bad thing", "code": "500"}}\n\ndata: [DONE]\n\n', 'bad thing'],
  ['the server is full', 'the server is full'],
  [
    '{"error":{"message":"Provider returned error","metadata":{"raw":"{\\"error\\":{\\"message\\":\\"bad thing\\"}}"}}}',
    'Provider returned error: bad thing',
  ],
  ['{"detail":[{"loc":["body","messages",0],"msg":"bad thing"}]}', 'messages.0: bad thing'],
  ['<html>nginx</html>', 'Bad Request'],
])('the reason of a refusal is found in %s', async (body, reason) => {
  server.status = 400
  server.type = 'application/json'
  server.body = body
  expect(endOf(await collect(provider, 'hello'))).toMatchObject({
    message: `The model server answered 400: ${reason}`,
  })
})

test.each([
  [
    400,
    {
      error: { message: "This model's maximum context length is 8192 tokens. However, you requested 9000." },
    },
    /Hide cells from the model/,
  ],
  [
    400,
    { error: { message: 'the request exceeds the available context size' } },
    /Hide cells from the model/,
  ],
  [402, { error: { message: 'Insufficient credits' } }, /must add credit/],
  [429, { error: { message: 'no more', type: 'insufficient_quota' } }, /must add credit/],
  [404, { detail: 'Not Found' }, /must check the address/],
  [404, { error: { message: 'The model `m` does not exist' } }, /Choose another model/],
  [403, { error: { message: 'Input was flagged' } }, /flagged$/],
  [403, { error: { message: 'Permission denied' } }, /must check the API key/],
])('what can be done about %i %j is said at once', async (status, body, advice) => {
  Object.assign(server, { status, body: JSON.stringify(body), type: 'application/json' })
  expect(endOf(await collect(provider, 'hello'))).toMatchObject({ message: expect.stringMatching(advice) })
  expect(server.asked).toHaveLength(1)
})

test('a model that is being loaded is waited for', async () => {
  const body = JSON.stringify({ error: { code: 503, message: 'Loading model', type: 'unavailable_error' } })
  Object.assign(server, { status: 503, body, type: 'application/json' })
  const answer = collect(provider, 'hello')
  await expect.poll(() => server.asked.length).toBeGreaterThan(5)
  Object.assign(server, { status: 200, body: plain, type: 'text/event-stream' })
  expect(said(await answer, 'text')).toBe('ök')
})
