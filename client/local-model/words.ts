import type { LocalModelState } from './local-model.ts'

/** As in "Waits for …", or beside the name of the list of models. */
export const localModelWords = (state: LocalModelState): string => {
  switch (state.status) {
    case 'none':
      return 'choose a file (.gguf)'
    case 'loading':
      return `${state.name}: ${state.step} ${Math.floor(state.share * 100)} %`
    case 'ready':
      return `${state.name}: ready`
    case 'failed':
      return `${state.name}: ${state.reason}`
    default:
      return state satisfies never
  }
}
