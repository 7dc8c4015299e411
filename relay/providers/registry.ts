// Every provider there is. A new one is a descriptor in a file of its own and a line here.
import type { Providers } from '../../shared/model/provider.ts'
import { anthropic } from './anthropic.ts'
import { configurable, type Configurable, type ConfiguredProvider, type GivenSettings } from './descriptor.ts'
import { detectProvider } from './detect.ts'
import { mock } from './mock.ts'
import { ollama } from './ollama.ts'
import { openai } from './openai.ts'
import { openaiCompatible } from './openai-compatible.ts'

export const descriptors: readonly Configurable[] = [
  configurable(anthropic),
  configurable(openai),
  configurable(openaiCompatible),
  configurable(ollama),
  configurable(mock),
]

export interface ChosenProviders {
  /** Null: whatever is found on this machine. */
  readonly providers: readonly [ConfiguredProvider, ...ConfiguredProvider[]] | null
  /** For what is found. */
  readonly detected: GivenSettings
}

export const createProviders = async ({ providers, detected }: ChosenProviders): Promise<Providers> => {
  if (providers === null) return [await detectProvider(detected)]
  const [first, ...others] = providers
  return [first.create(), ...others.map(({ create }) => create())]
}
