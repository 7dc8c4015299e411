// The models the relay's providers offer.
import { routes, type OfferedModel } from '../../shared/api/routes.ts'
import { ask, type Answer } from './ask.ts'

export const listModels = async (): Promise<Answer<{ models: readonly OfferedModel[] }>> => {
  const answer = await ask(routes.listModels, '', undefined)
  return answer.ok ? { ok: true, models: answer.body } : answer
}
