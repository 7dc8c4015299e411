// Awaits a provider's library, but only until a stop, or until the server has been silent for too long: not every library
// observes its signal while a body is open and nothing arrives.

/** Milliseconds. */
export interface StreamTimes {
  /** Until the first token: a local model may have to be loaded and read the whole prompt. */
  readonly first: number
  /** From one sign of life to the next, once there was a token. */
  readonly silence: number
  /** Before the first retry, unless the server says; doubles. */
  readonly retry: number
}
export const usualTimes: StreamTimes = { first: 600_000, silence: 120_000, retry: 1_000 }

/** The wait ended with a stop. */
export class Stopped extends Error {}

/** The server was silent for too long. */
export class Silent extends Error {
  readonly seconds: number
  constructor(milliseconds: number) {
    super('nothing came')
    this.seconds = Math.round(milliseconds / 1_000)
  }
}

export class Watch {
  private timer: ReturnType<typeof setTimeout>
  private end: Error | null = null
  private reject: ((end: Error) => void) | null = null
  private readonly onStop = (): void => this.finish(new Stopped())

  constructor(
    private readonly signal: AbortSignal,
    private readonly times: StreamTimes,
  ) {
    this.timer = this.timerOf(times.first)
    if (signal.aborted) this.onStop()
    else signal.addEventListener('abort', this.onStop, { once: true })
  }

  private timerOf(limit: number): ReturnType<typeof setTimeout> {
    return setTimeout(() => this.finish(new Silent(limit)), limit)
  }

  private finish(end: Error): void {
    this.end ??= end
    this.reject?.(this.end)
  }

  /** The first token has arrived: from now on the shorter limit applies. */
  begun(): void {
    clearTimeout(this.timer)
    this.timer = this.timerOf(this.times.silence)
  }

  /** The server has sent something, even if only a keep-alive. */
  readonly alive = (): void => void this.timer.refresh()

  /** One at a time. */
  async until<T>(promise: PromiseLike<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.reject = reject
      promise.then(resolve, reject)
      if (this.end !== null) reject(this.end)
    })
  }

  /** A fetch that ends with the signal and notes every chunk. */
  readonly fetch: typeof globalThis.fetch = async (url, init) => {
    const response = await fetch(url, { ...init, signal: this.signal })
    if (response.body === null) return response
    const { alive } = this
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, controller) {
          alive()
          controller.enqueue(piece)
        },
      }),
    )
    const { status, statusText, headers } = response
    return new Response(body, { status, statusText, headers })
  }

  close(): void {
    clearTimeout(this.timer)
    this.signal.removeEventListener('abort', this.onStop)
  }
}
