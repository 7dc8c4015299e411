import type { StopSignal } from '../../shared/model/provider.ts'

/** An AbortSignal that follows `signal`. `release` also aborts it, so that no upstream request outlives the stream. */
export const linkedAbort = (
  signal: StopSignal,
): {
  readonly signal: AbortSignal
  readonly release: () => void
} => {
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
