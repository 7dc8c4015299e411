// The models of the relay, and the instructions of a notebook's folders for them.
import type { Craft } from '../../shared/context/craft.ts'
import { routes, type OfferedModel } from '../../shared/api/routes.ts'
import { ask, type Answer } from './ask.ts'

export const listModels = async (): Promise<Answer<{ models: readonly OfferedModel[] }>> => {
  const answer = await ask(routes.listModels, '', undefined)
  return answer.ok ? { ok: true, models: answer.body } : answer
}

export const fetchCraft = async (notebook: string): Promise<Answer<{ craft: readonly Craft[] }>> => {
  const answer = await ask(routes.readCraft, notebook, undefined)
  return answer.ok ? { ok: true, craft: answer.body } : answer
}
