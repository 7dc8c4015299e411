// Images from a server with OpenAI's image API and from the mock.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createMock } from '../../../relay/providers/mock.ts'
import { createOpenAICompatible } from '../../../relay/providers/openai-compatible.ts'
import type { ModelEvent, Provider } from '../../../shared/model/provider.ts'
import { StopController } from '../../../shared/model/stop.ts'
import { ImageServer } from '../../support/image-server.ts'
import { until } from '../../support/until.ts'

const key = 'sk-very-secret-0123456789'
let server: ImageServer
beforeEach(async () => {
  server = await ImageServer.open()
})
afterEach(() => server.close())

const providerAt = (imageModel: string | null = null): Provider =>
  createOpenAICompatible({ baseUrl: `${server.origin}/v1`, apiKey: key, model: 'chat-model', imageModel })
const draw = async (
  provider: Provider,
  prompt: string,
  stop = new StopController(),
  model = '',
): Promise<readonly ModelEvent[]> => {
  const events: ModelEvent[] = []
  for await (const event of provider.image?.({ model, prompt }, stop) ?? []) events.push(event)
  return events
}
const interrupted: ModelEvent = { type: 'end', reason: 'interrupted' }

describe('an image server', () => {
  test('returns the image of its image model for the prompt, unchanged', async () => {
    expect(await draw(providerAt(), 'a cat')).toEqual([
      { type: 'picture', mime: 'image/png', value: server.png.toString('base64') },
      { type: 'end', reason: 'done' },
    ])
    expect(server.requests).toMatchObject([
      {
        authorization: `Bearer ${key}`,
        body: { model: 'some-image-model', prompt: 'a cat', n: 1, response_format: 'b64_json' },
      },
    ])
  })

  test('receives the configured or requested model, with the parameters that model accepts', async () => {
    await draw(providerAt('gpt-image-1'), 'drawn strict')
    const [, end] = await draw(
      providerAt('gpt-image-1'),
      'drawn strict',
      new StopController(),
      'gpt-image-2-mini',
    )
    expect(end).toEqual({ type: 'end', reason: 'done' })
    expect(server.requests.map(({ body }) => body.model)).toEqual(['gpt-image-1', 'gpt-image-2-mini'])
  })

  test.each([
    ['unauthorized', /401: Incorrect API key provided: Bearer \[key\]/],
    ['refused', /400: Your request was rejected by the safety system\./],
    ['html', /502/],
    ['none', /^The model returned no image\.$/],
    ['drop', /connection to the model broke off|cannot be reached/],
  ])('that answers "%s" is reported without the key', async (script, message) => {
    const events = await draw(providerAt(), script)
    expect(events).toEqual([{ type: 'end', reason: 'error', message: expect.stringMatching(message) }])
    expect(JSON.stringify(events)).not.toContain(key)
  })

  test('is disconnected when the run is stopped, and not called if it was stopped before', async () => {
    const stop = new StopController()
    const drawing = draw(providerAt(), 'silent', stop)
    await until(() => server.requests.length === 1)
    stop.abort()
    expect(await drawing).toEqual([interrupted])
    await server.dropped[0]
    expect(await draw(providerAt('m'), 'a cat', stop)).toEqual([interrupted])
    expect(server.requests).toHaveLength(1)
  })

  test('that has no image model is reported', async () => {
    server.models = ['chat-model']
    expect(await draw(providerAt(), 'a cat')).toEqual([
      { type: 'end', reason: 'error', message: expect.stringContaining('Set LLM_IMAGE_MODEL') },
    ])
  })
})

describe('the mock’s image', () => {
  const mock = createMock()

  test('shows the prompt and that it is a mock, and is the same each time', async () => {
    const prompt = `<script>alert(1)</script> a & b ${'long '.repeat(100)}${'x'.repeat(200)}`
    const [picture, end] = await draw(mock, prompt)
    if (picture?.type !== 'picture') throw new Error('a picture comes first')
    expect(picture.mime).toBe('image/svg+xml')
    expect(picture.value).toContain('No model is configured')
    expect(picture.value).toContain('&lt;script&gt;alert(1)&lt;/script&gt; a &amp; b')
    expect(picture.value).not.toContain('<script')
    expect(end).toEqual({ type: 'end', reason: 'done' })
    expect((await draw(mock, prompt))[0]).toEqual(picture)
  })

  test('fails or waits on request', async () => {
    expect(await draw(mock, 'a cat\nmock: fail')).toMatchObject([{ type: 'end', reason: 'error' }])
    const stop = new StopController()
    const drawing = draw(mock, 'mock: slow', stop)
    stop.abort()
    expect(await drawing).toEqual([interrupted])
  })
})
