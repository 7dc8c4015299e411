// All providers. A new one is a descriptor in its own file and a line here.
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
  /** Null: detected on this machine. */
  readonly providers: readonly [ConfiguredProvider, ...ConfiguredProvider[]] | null
  /** Settings for a detected one. */
  readonly detected: GivenSettings
}

export const createProviders = async ({ providers, detected }: ChosenProviders): Promise<Providers> => {
  if (providers === null) return [await detectProvider(detected)]
  const [first, ...others] = providers
  return [first.create(), ...others.map(({ create }) => create())]
}
