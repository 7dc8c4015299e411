import { describe, expect, test } from 'vitest'
import { createMock } from '../../../relay/providers/mock.ts'
import { createProviders } from '../../../relay/providers/registry.ts'
import { modelSettings } from '../../support/model-settings.ts'
import { collect, providerContract, requestFor, said } from '../../contract/provider.ts'
import { StopController } from '../../../shared/model/stop.ts'

const mock = createMock()

describe('the mock', () => {
  providerContract(
    () =>
      Promise.resolve({
        provider: mock,
        answers: 'What is a prime?',
        thinks: 'Well?\nmock: think',
        calls: 'mock: call read_cells {"ids": []}',
        fails: 'mock: fail',
        breaksOff: 'mock: cut',
        reachesLimit: 'mock: limit',
        isSlow: 'mock: slow 500',
        fallsSilent: 'mock: silent',
      }),
    () => Promise.resolve(),
  )

  test('says that no model is configured', async () => {
    const [provider] = await createProviders(modelSettings({ LLM_PROVIDER: 'mock' }))
    expect(provider.label).toBe('mock (no model is configured)')
    const text = said(await collect(provider, 'x = 1\n\nWhat is a prime?'), 'text')
    expect(text).toContain('no model is configured')
    expect(text).toContain('> What is a prime?')
    expect(text).not.toContain('x = 1')
  })

  test('gives the same text for the same request', async () => {
    const [first, second] = await Promise.all([collect(mock, 'again'), collect(mock, 'again')])
    expect(first).toEqual(second)
  })

  test('counts words on request, only if the prompt ends with it', async () => {
    const words = said(await collect(mock, 'mock: fast 1000'), 'text').split(' ')
    expect(words).toHaveLength(1000)
    expect(words.at(-1)).toBe('word1000')
    expect(said(await collect(mock, 'mock: fast 1000\n\nand now?'), 'text')).toContain('> and now?')
  })

  test('shows the messages it was sent', async () => {
    const request = {
      ...requestFor('x'),
      messages: [
        { role: 'user', text: 'first' },
        { role: 'assistant', text: 'second' },
        { role: 'user', text: 'third\nmock: context' },
      ] as const,
    }
    let text = ''
    for await (const event of mock.stream(request, new StopController()))
      if (event.type === 'text') text += event.text
    expect(text).toBe('[user]\nfirst\n\n[assistant]\nsecond\n\n[user]\nthird\nmock: context')
  })
})
