// Every provider there is. A new one is a descriptor in a file of its own and a line here.
import type { Providers } from '../../shared/model/provider.ts'
import { anthropic } from './anthropic.ts'
import { configurable, type Configurable, type ConfiguredProvider } from './descriptor.ts'
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

/** Null: whatever is found on this machine. */
export const createProviders = async (
  chosen: readonly [ConfiguredProvider, ...ConfiguredProvider[]] | null,
): Promise<Providers> => {
  if (chosen === null) return [await detectProvider()]
  const [first, ...others] = chosen
  return [first.create(), ...others.map(({ create }) => create())]
}
