// GET /api/models: what the models here are called; the provider is asked anew each time.
import type { Providers } from '../../shared/model/provider.ts'
import { HttpError } from './answer.ts'
import { send, type Handlers } from './api-call.ts'

export const modelHandlers = (providers: Providers): Handlers<'listModels'> => ({
  listModels: async (call) => {
    const lists = await Promise.all(
      providers.map(async (provider) => ({ provider, found: await provider.models() })),
    )
    const models = lists.flatMap(({ provider, found }) => {
      if (!found.ok) throw new HttpError('upstream', `${provider.label}: ${found.message}`)
      return found.models.map((model) => ({ ...model, provider: provider.id, label: provider.label }))
    })
    send(call, 200, models)
  },
})
