import type { StopSignal } from '../../shared/model/provider.ts'

/** A real AbortSignal that follows `signal`. `release` aborts it too, so that nothing upstream outlives the stream. */
export function followed(signal: StopSignal): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    release: () => {
      signal.removeEventListener('abort', abort)
      abort()
    },
  }
}
