import type { Providers } from '../../shared/model/provider.ts'
import type { ModelSettings } from '../config.ts'
import { createMock } from './mock.ts'

/** The configured providers. The SDK is only loaded if needed, because that takes longer than the rest of the start. */
export const createProviders = async (settings: ModelSettings): Promise<Providers> => {
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
