// Searches with a regular expression in a worker: some take longer than anybody waits, even for a short text, and nothing can
// interrupt them.
import type { Match, PartText } from './search.ts'

/** Milliseconds after which a search is given up. */
const patience = 2_000

export class RegexSearch {
  private worker: Worker | null = null
  private cancel = (): void => undefined

  /** Calls `found` with the matches, or with null when they take too long. A search that is not over is dropped. */
  start(
    texts: readonly PartText[],
    pattern: RegExp,
    found: (matches: readonly Match[] | null) => void,
  ): void {
    this.cancel()
    const worker = (this.worker ??= new Worker(new URL('./regex-worker.ts', import.meta.url), {
      type: 'module',
    }))
    const onAnswer = ({ data }: MessageEvent<readonly Match[]>): void => {
      settle()
      found(data)
    }
    const settle = (): void => {
      clearTimeout(timer)
      worker.removeEventListener('message', onAnswer)
      this.cancel = () => undefined
    }
    this.cancel = () => {
      settle()
      this.stop()
    }
    const timer = setTimeout(() => {
      this.cancel()
      found(null)
    }, patience)
    worker.addEventListener('message', onAnswer)
    worker.postMessage({ texts, pattern })
  }

  stop(): void {
    this.worker?.terminate()
    this.worker = null
  }
}
