// One run of a prompt: writes a provider's stream into the document until it ends, is stopped or is replaced.
import { type RunStatus } from '../notebook/notebook.ts'
import { errorLeaf } from '../notebook/output.ts'
import { type RunWriter } from '../notebook/run.ts'
import { Batch } from './batch.ts'
import { type ModelEnd, type ModelRequest, type Provider } from './provider.ts'
import { type Schedule } from './schedule.ts'
import { StopController } from './stop.ts'

/** Milliseconds between writes. Takes a third of the bytes of one write per token, and still looks smooth. */
export const batchTime = 50

/** The `ename` of the error output that shows a provider's failure. */
const modelErrorName = 'ModelError'

export class Reply {
  readonly writer: RunWriter
  private readonly schedule: Schedule
  private readonly now: () => number
  private readonly onEnd: () => void
  private readonly controller = new StopController()
  private readonly text = new Batch()
  private readonly thinking = new Batch()
  private cancelFlush: (() => void) | null = null
  private ended = false

  /** `onEnd` is called once, after the last write or when the cell's result has been replaced. */
  constructor(writer: RunWriter, schedule: Schedule, now: () => number, onEnd: () => void) {
    this.writer = writer
    this.schedule = schedule
    this.now = now
    this.onEnd = onEnd
  }

  /** Resolves when the provider's stream has ended, which may be after the end of a stopped run. Never rejects. */
  async stream(provider: Provider, request: () => ModelRequest): Promise<void> {
    try {
      for await (const event of provider.stream(request(), this.controller)) {
        if (this.ended) return
        switch (event.type) {
          case 'text':
            this.text.add(event.text)
            this.flushSoon()
            break
          case 'thinking':
            this.thinking.add(event.text)
            this.flushSoon()
            break
          case 'usage':
            // Not shown yet.
            break
          case 'end':
            this.finish(event)
            return
          default:
            event satisfies never
        }
      }
      this.finish({ type: 'end', reason: 'interrupted' })
    } catch (failure) {
      // Providers do not throw. The message of an unexpected error is not shown, because it may contain secrets.
      const kind = failure instanceof Error ? failure.name : typeof failure
      this.fail(`The reply broke off unexpectedly (${provider.id}: ${kind}).`)
    }
  }

  /** Ends the run as interrupted, synchronously, keeping what has arrived so far. */
  stop(): void {
    this.finish({ type: 'end', reason: 'interrupted' })
  }

  /** Ends the run with an error message in the cell. */
  fail(message: string): void {
    this.finish({ type: 'end', reason: 'error', message })
  }

  /** Stops writing if another run has taken over the cell or its results were cleared. */
  closeIfLost(): void {
    if (this.writer.lost) this.close()
  }

  private flushSoon(): void {
    this.cancelFlush ??= this.schedule(batchTime, () => {
      this.cancelFlush = null
      this.flush(false)
    })
  }

  private flush(last: boolean): void {
    const [thinking, text] = [this.thinking.take(last), this.text.take(last)]
    if (thinking !== '') this.writer.appendThinking(thinking)
    if (text !== '') this.writer.appendReply(text)
  }

  private finish(end: ModelEnd): void {
    if (this.ended) return
    this.flush(true)
    if (end.reason === 'error') this.writer.output(errorLeaf(modelErrorName, end.message, []))
    this.writer.finish(statusOf(end), this.now())
    this.close()
  }

  private close(): void {
    if (this.ended) return
    this.ended = true
    this.cancelFlush?.()
    this.controller.abort()
    this.onEnd()
  }
}

/** A reply cut off at the token limit counts as interrupted, so that it can be continued. */
function statusOf({ reason }: ModelEnd): Exclude<RunStatus, 'running'> {
  switch (reason) {
    case 'done':
      return 'done'
    case 'length':
    case 'interrupted':
      return 'interrupted'
    case 'error':
      return 'error'
    default:
      return reason satisfies never
  }
}
