// One run of a prompt: writes a provider's stream into the document until it ends, is stopped or is replaced.
import type { OutputBlob } from '../notebook/output/blob.ts'
import { detachOutput } from '../notebook/document/blob-references.ts'
import type { RunStatus } from '../notebook/notebook.ts'
import { displayLeaf, errorLeaf } from '../notebook/output/output.ts'
import type { RunWriter } from '../notebook/document/run.ts'
import { Batch } from './batch.ts'
import type { ModelEnd, ModelEvent, Provider, StopSignal } from './provider.ts'
import type { Schedule } from './schedule.ts'
import { StopController } from './stop.ts'

/** Milliseconds between writes. Takes a third of the bytes of one write per token, and still looks smooth. */
export const batchTime = 50

/** The `ename` of the error output that shows a provider's failure. */
const modelErrorName = 'ModelError'

export interface ReplySetup {
  readonly schedule: Schedule
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Stores a blob the document is about to refer to; stored when this resolves. */
  readonly keepBlob: (blob: OutputBlob) => Promise<void>
}

export class Reply {
  readonly writer: RunWriter
  private readonly schedule: Schedule
  private readonly now: () => number
  private readonly keepBlob: (blob: OutputBlob) => Promise<void>
  private readonly onEnd: () => void
  private readonly controller = new StopController()
  private readonly text = new Batch()
  private readonly thinking = new Batch()
  private cancelFlush: (() => void) | null = null
  private ended = false

  /** `onEnd` is called once, after the last write or when the cell's result has been replaced. */
  constructor(writer: RunWriter, { schedule, now, keepBlob }: ReplySetup, onEnd: () => void) {
    this.writer = writer
    this.schedule = schedule
    this.now = now
    this.keepBlob = keepBlob
    this.onEnd = onEnd
  }

  /** Resolves when the provider's stream has ended, which may be after the end of a stopped run. Never rejects. */
  async take(provider: Provider, request: (signal: StopSignal) => AsyncIterable<ModelEvent>): Promise<void> {
    try {
      for await (const event of request(this.controller)) {
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
          case 'picture':
            await this.show(event)
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

  /** Stores the image before it is shown. */
  private async show({ mime, value }: ModelEvent & { type: 'picture' }): Promise<void> {
    const alternative = `[A picture: ${this.writer.source.trim()}]`
    const { output, blobs } = detachOutput(displayLeaf({ [mime]: value, 'text/plain': alternative }))
    try {
      for (const blob of blobs) await this.keepBlob(blob)
    } catch {
      return this.fail('The relay could not store the image.')
    }
    if (!this.ended) this.writer.output(output)
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
const statusOf = ({ reason }: ModelEnd): Exclude<RunStatus, 'running'> => {
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
