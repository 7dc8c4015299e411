import {
  Kernel,
  type KernelEvent,
  type KernelOptions,
  type RunOutcome,
} from '../../../client/kernel/kernel.ts'

export interface Ran {
  readonly outcome: RunOutcome
  readonly events: readonly KernelEvent[]
  readonly stdout: string
  readonly stderr: string
}

/** A kernel and its run counter, as a notebook has them. */
export class Session {
  readonly kernel: Kernel
  private runCount = 0

  constructor(options?: KernelOptions) {
    this.kernel = new Kernel(options)
  }

  async run(code: string, onEvent?: (event: KernelEvent) => void): Promise<Ran> {
    const events: KernelEvent[] = []
    const outcome = await this.kernel.run(code, ++this.runCount, (event) => {
      events.push(event)
      onEvent?.(event)
    })
    return { outcome, events, stdout: printed(events, 'stdout'), stderr: printed(events, 'stderr') }
  }

  get count(): number {
    return this.runCount
  }

  /** `seen` resolves when a run prints `text`; pass `onEvent` to that run. */
  waitingFor(text: string): { seen: Promise<void>; onEvent: (event: KernelEvent) => void } {
    let resolve: () => void
    const seen = new Promise<void>((done) => (resolve = done))
    let sofar = ''
    return {
      seen,
      onEvent: (event) => {
        if (event.type === 'stream') sofar += event.text
        if (sofar.includes(text)) resolve()
      },
    }
  }

  /** Resolves when `condition` holds, which is checked at each change of the kernel. */
  until(condition: () => boolean): Promise<void> {
    if (condition()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = this.kernel.onChange(() => {
        if (!condition()) return
        stop()
        resolve()
      })
    })
  }
}

export const printed = (events: readonly KernelEvent[], name: 'stdout' | 'stderr'): string => {
  const last = events.findLast((event) => event.type === 'stream-end')
  const shown = events.filter((event) => event.type === 'stream' || event === last)
  return shown
    .map((event) => ('text' in event && 'name' in event && event.name === name ? event.text : ''))
    .join('')
}

/** The text without colours. */
// oxlint-disable-next-line no-control-regex
export const uncoloured = (text: string): string => text.replaceAll(/\u001B\[[\d;]*m/g, '')

export const only = <T extends KernelEvent['type']>(ran: Ran, type: T): Extract<KernelEvent, { type: T }> => {
  const found = ran.events.filter((event): event is Extract<KernelEvent, { type: T }> => event.type === type)
  if (found.length !== 1 || !found[0])
    throw new Error(`${found.length} events of type ${type}: ${JSON.stringify(ran.events)}`)
  return found[0]
}

export const tracebackOf = (ran: Ran): string => uncoloured(only(ran, 'error').traceback.join('\n'))
