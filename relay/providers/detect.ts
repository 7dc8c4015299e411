// The provider if none is configured: Ollama or a llama.cpp server on this machine, or else the mock.
import type { Provider } from '../../shared/model/provider.ts'
import type { GivenSettings } from './descriptor.ts'
import { createMock } from './mock.ts'
import { createOllama, hasOllama, ollama, ollamaAddress } from './ollama.ts'
import { createOpenAICompatible } from './openai-compatible.ts'

/** Milliseconds; a loopback port where nobody listens refuses at once. */
const timeLimit = 1_000

export interface UsualAddresses {
  readonly ollama: string
  readonly llamaCpp: string
}
const usualAddresses: UsualAddresses = { ollama: ollamaAddress, llamaCpp: 'http://127.0.0.1:8080/v1' }

/** Other programs listen on 8080, too. */
const hasModels = async (provider: Provider): Promise<boolean> => {
  const listed = await provider.models()
  return listed.ok && listed.models.length > 0
}

const inTime = (answer: Promise<boolean>): Promise<boolean> => {
  const late = new Promise<false>((resolve) => void setTimeout(() => resolve(false), timeLimit).unref())
  return Promise.race([answer, late])
}

export const detectProvider = async (
  given: GivenSettings,
  at: UsualAddresses = usualAddresses,
): Promise<Provider> => {
  const { model, imageModel } = given
  // Checked when the settings were read.
  const own = ollama.settings.parse({ ...given, baseUrl: given.baseUrl ?? at.ollama })
  const local = createOpenAICompatible({
    baseUrl: at.llamaCpp,
    apiKey: null,
    model,
    imageModel,
    label: `llama.cpp, found at ${new URL(at.llamaCpp).host}`,
  })
  const [hasOwn, hasLocal] = await Promise.all([inTime(hasOllama(own)), inTime(hasModels(local))])
  if (hasOwn) return createOllama({ ...own, label: `Ollama, found at ${new URL(own.baseUrl).host}` })
  return hasLocal ? local : createMock()
}
