import type { Providers } from '../../shared/model/provider.ts'
import type { ModelSettings } from '../config.ts'
import { createMock } from './mock.ts'

/**
 * The providers that the settings ask for; the mock where they ask for none. A library is loaded only for whom it
 * serves: the one behind chat completions takes longer than all the rest of a start.
 */
export async function createProviders(settings: ModelSettings): Promise<Providers> {
  switch (settings.provider) {
    case 'mock':
      return [createMock()]
    case 'openai-compatible': {
      const { createOpenAICompatible } = await import('./openai-compatible.ts')
      return [createOpenAICompatible(settings)]
    }
    default:
      return settings satisfies never
  }
}
