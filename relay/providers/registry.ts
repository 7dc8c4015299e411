import type { Providers } from '../../shared/model/provider.ts'
import type { ModelSettings } from '../config.ts'
import { createMock } from './mock.ts'
import { createOpenAICompatible } from './openai-compatible.ts'

/** The providers that the settings ask for; the mock where they ask for none. */
export function createProviders(settings: ModelSettings): Providers {
  switch (settings.provider) {
    case 'mock':
      return [createMock()]
    case 'openai-compatible':
      return [createOpenAICompatible(settings)]
    default:
      return settings satisfies never
  }
}
