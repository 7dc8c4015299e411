// The model in the page as a provider, like those of the relay.
import {
  defaultSight,
  type ModelEvent,
  type ModelRequest,
  type Provider,
  type StopSignal,
} from '../../shared/model/provider.ts'
import { browserProvider } from '../../shared/notebook/model-choice.ts'
import type { LocalModel } from './local-model.ts'

export const localProvider = (model: LocalModel): Provider => ({
  id: browserProvider,
  label: 'Model in this browser',
  usualModel: null,
  maxInputTokens: model.engine?.maxInputTokens ?? null,
  models: () =>
    Promise.resolve({
      ok: true,
      models: model.loaded === null ? [] : [{ id: model.loaded, name: model.loaded }],
    }),
  sight: () => ({ ...defaultSight, sees: false }),
  stream: (request, signal) => answer(model, request, signal),
})

const answer = async function* (
  { engine, loaded }: LocalModel,
  request: ModelRequest,
  signal: StopSignal,
): AsyncGenerator<ModelEvent, void, undefined> {
  if (engine === null || loaded !== request.model)
    yield {
      type: 'end',
      reason: 'error',
      message: `${request.model} is not loaded in this browser. Choose its file in the list of models.`,
    }
  else if (request.tools.length > 0)
    yield {
      type: 'end',
      reason: 'error',
      message:
        'A model in the browser calls no functions. Take the references (&`…`) out, or choose another model.',
    }
  else yield* engine.stream(request, signal)
}
