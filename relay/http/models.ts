// GET /api/models: the providers' models, requested anew each time.
import type { Provider, Providers, ModelList } from '../../shared/model/provider.ts'
import type { OfferedModel } from '../../shared/api/routes.ts'
import { HttpError } from './answer.ts'
import { send, type Handlers } from './api-call.ts'

const offered = async (
  { id: provider, label, usualModel, sight }: Provider,
  found: ModelList,
  isFirst: boolean,
): Promise<readonly OfferedModel[]> => {
  const of = { provider, label }
  if (!found.ok)
    return [
      {
        ...of,
        id: usualModel ?? '',
        name: usualModel ?? label,
        usual: isFirst,
        problem: found.message,
        sight: await sight(''),
      },
    ]
  const isListed = found.models.some(({ id }) => id === usualModel)
  const models =
    usualModel === null || isListed ? found.models : [{ id: usualModel, name: usualModel }, ...found.models]
  const usual = usualModel ?? models[0]?.id
  return Promise.all(
    models.map(async ({ id, name }) => ({
      ...of,
      id,
      name,
      usual: isFirst && id === usual,
      sight: await sight(id),
    })),
  )
}

export const modelHandlers = (providers: Providers): Handlers<'listModels'> => ({
  listModels: async (call) => {
    const lists = await Promise.all(
      providers.map(async (provider) => ({ provider, found: await provider.models() })),
    )
    const [first] = lists
    if (first !== undefined && !first.found.ok && lists.every(({ found }) => !found.ok))
      throw new HttpError('upstream', `${first.provider.label}: ${first.found.message}`)
    const all = await Promise.all(
      lists.map(({ provider, found }, index) => offered(provider, found, index === 0)),
    )
    send(call, 200, all.flat())
  },
})
