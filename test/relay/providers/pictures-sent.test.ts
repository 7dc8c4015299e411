// How images, and the prefix that requests share, are sent in each protocol.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Message, PartedTurn } from '../../../shared/model/provider.ts'
import { collect, endOf } from '../../contract/provider.ts'
import { ModelServer } from '../../support/model-server/model-server.ts'
import { png } from '../../support/pictures.ts'
import { providerAt, wires } from '../../support/wires.ts'

const image = png(20, 10)
const picture = { mime: 'image/png', base64: image } as const
const turn = (...parts: NonNullable<PartedTurn['parts']>): Message => ({
  role: 'user',
  text: parts.map(({ text }) => text).join('\n\n'),
  parts,
})
const plain = (text: string) => ({ text, pictures: [] })

/** The content of each message, in the protocol's form. */
const contents: Readonly<Record<string, (text: string) => readonly unknown[]>> = {
  anthropic: (text) => [
    { type: 'text', text: 'plot()' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: image } },
    { type: 'text', text },
  ],
  openai: (text) => [
    { type: 'input_text', text: 'plot()' },
    { type: 'input_image', image_url: `data:image/png;base64,${image}` },
    { type: 'input_text', text },
  ],
  'openai-compatible': (text) => [
    { type: 'text', text: 'plot()' },
    { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
    { type: 'text', text },
  ],
}

interface Block {
  readonly cache_control?: unknown
  readonly text?: string
}
interface Sent {
  readonly messages?: readonly { readonly content: string | readonly Block[]; readonly images?: unknown }[]
  readonly input?: readonly { readonly content: readonly Block[] }[]
  readonly system?: readonly Block[]
}

const unmarked = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, each: unknown) => (key === 'cache_control' ? undefined : each)))

describe.each(wires)('$wire.name', (spoken) => {
  const { wire } = spoken
  let server: ModelServer
  beforeEach(async () => {
    server = await ModelServer.open(wire)
  })
  afterEach(() => server.close())
  const sent = async (messages: readonly Message[]): Promise<Sent> => {
    const events = await collect(providerAt(spoken, server.origin), '', undefined, { messages })
    expect(endOf(events).reason).toBe('done')
    return server.connections.at(-1)?.request.body ?? {}
  }

  test('sends an image after the text of its cell', async () => {
    const body = await sent([turn({ text: 'plot()', pictures: [picture] }, plain('what is it?'))])
    const message = (body.messages ?? body.input)?.at(-1)
    if (wire.name === 'ollama')
      expect(message).toEqual({ role: 'user', content: 'plot()\n\nwhat is it?', images: [image] })
    else {
      const separated = wire.name === 'anthropic' ? '\n\nwhat is it?' : 'what is it?'
      expect(unmarked(message?.content)).toEqual(contents[wire.name]?.(separated))
    }
  })

  test('sends texts without images as one string, if the server expects that', async () => {
    const body = await sent([turn(plain('a'), plain('b'))])
    if (wire.name === 'anthropic') return
    if (wire.name === 'openai')
      expect(body.input?.at(-1)?.content).toEqual([{ type: 'input_text', text: 'a\n\nb' }])
    else expect(body.messages?.at(-1)?.content).toBe('a\n\nb')
  })

  test('knows from the server’s list which models accept images', async () => {
    const always = wire.name === 'anthropic' || wire.name === 'openai'
    const says = wire.name !== 'openai'
    const of = async (model: string, seeing: readonly string[] | null): Promise<boolean | null> => {
      server.seeing = seeing
      const provider = providerAt(spoken, server.origin)
      await provider.models()
      return (await provider.sight(model)).sees
    }
    expect(await of('first-model', null)).toBe(always ? true : null)
    expect(await of('first-model', ['first-model'])).toBe(true)
    expect(await of('second-model', ['first-model'])).toBe(!says)
    if (always) return
    // Not listed before, as at the first prompt after a start.
    expect((await providerAt(spoken, server.origin).sight('first-model')).sees).toBe(true)
  })

  test.runIf(wire.name === 'anthropic')(
    'marks the system prompt and the last cell before the question for caching, with a stable prefix',
    async () => {
      const system = (body: Sent) => body.system?.map(({ cache_control }) => cache_control)
      const marks = ({ messages = [] }: Sent) =>
        messages.flatMap(({ content }) =>
          (typeof content === 'string' ? [] : content).flatMap(({ text, cache_control }) =>
            cache_control === undefined ? [] : (text ?? 'an image'),
          ),
        )
      const above = [{ text: 'plot()', pictures: [picture] }, plain('a note')]
      const first = await sent([turn(...above, plain('what is it?'))])
      expect(system(first)).toEqual([{ type: 'ephemeral' }])
      expect(marks(first)).toEqual(['\n\na note'])
      const again = await sent([turn(...above, plain('what is that?'))])
      const added = await sent([turn(...above, { text: 'more', pictures: [picture] }, plain('what is it?'))])
      expect(marks(added)).toEqual(['an image'])
      const blocks = ({ messages }: Sent, count: number): string =>
        JSON.stringify(unmarked(messages?.[0]?.content.slice(0, count)))
      expect(blocks(again, 3)).toBe(blocks(first, 3))
      expect(blocks(added, 3)).toBe(blocks(first, 3))
      const answer = { role: 'assistant', text: 'A plot.' } as const
      const next = await sent([turn(...above, plain('what is it?')), answer, turn(plain('and now?'))])
      expect(marks(next)).toEqual(['A plot.'])
      expect(blocks(next, 4)).toBe(blocks(first, 4))
    },
  )
})
