// Servers that refuse a request for something in it that they do not support.
import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import { collect, endOf, readCells, said } from '../../contract/provider.ts'
import { jsonOf, LoopbackServer, sendJson } from '../../support/loopback-server.ts'
import { times } from '../../support/wires.ts'

class PlainServer extends LoopbackServer {
  readonly asked: Readonly<Record<string, unknown>>[] = []
  status = 400
  refusal = ''
  refused = 'tools'

  protected override async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await jsonOf(request)) as Readonly<Record<string, unknown>>
    this.asked.push(body)
    if (this.refused in body) return sendJson(response, this.status, { error: { message: this.refusal } })
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

test('any other refusal is told, after one request', async () => {
  server.refusal = 'The input is too long for this model'
  const got = await collect(provider(), 'hello', undefined, everything)
  expect(endOf(got)).toMatchObject({ message: expect.stringContaining(server.refusal) })
  expect(server.asked).toHaveLength(1)
})
