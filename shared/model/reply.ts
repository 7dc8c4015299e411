// One run of a prompt: a provider's stream written into the document, until it ends, is stopped or is replaced.
import { type Blob } from '../notebook/blob.ts'
import { detachOutput } from '../notebook/detach.ts'
import { type RunStatus } from '../notebook/notebook.ts'
import { displayLeaf, errorLeaf } from '../notebook/output.ts'
import { type RunWriter } from '../notebook/run.ts'
import { Batch } from './batch.ts'
import { type ModelEnd, type ModelEvent, type Provider, type StopSignal } from './provider.ts'
import { type Schedule } from './schedule.ts'
import { Stop } from './stop.ts'

/** Milliseconds between two writes: a third of the bytes of a write per token, and still smooth to look at. */
export const batchTime = 50

/** The ename of the error output in which a provider's failure is shown. */
const modelErrorName = 'ModelError'

export interface ReplySetup {
  readonly schedule: Schedule
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Keeps what the document is about to refer to; it is there when this resolves. */
  readonly keepBlob: (blob: Blob) => Promise<void>
}

export class Reply {
  readonly writer: RunWriter
  private readonly schedule: Schedule
  private readonly now: () => number
  private readonly keepBlob: (blob: Blob) => Promise<void>
  private readonly onEnd: () => void
  private readonly stopping = new Stop()
  private readonly text = new Batch()
  private readonly thinking = new Batch()
  private cancelFlush: (() => void) | null = null
  private ended = false

  /** `onEnd` is called once, when the last write is done or the container has gone. */
  constructor(writer: RunWriter, { schedule, now, keepBlob }: ReplySetup, onEnd: () => void) {
    this.writer = writer
    this.schedule = schedule
    this.now = now
    this.keepBlob = keepBlob
    this.onEnd = onEnd
  }

  /**
   * Settles when the provider has let go, which after a stop may be later than the end of the run. Never rejects:
   * nothing that a notebook or a provider holds may bring down what runs this.
   */
  async take(provider: Provider, ask: (signal: StopSignal) => AsyncIterable<ModelEvent>): Promise<void> {
    try {
      for await (const event of ask(this.stopping)) {
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
            // The receipt of a reply will show it; the document has no place for it yet.
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
      // Not to be expected, so its words are not ours to publish: only a provider knows what is secret in them.
      const kind = failure instanceof Error ? failure.name : typeof failure
      this.fail(`The reply broke off unexpectedly (${provider.id}: ${kind}).`)
    }
  }

  /** Its bytes are kept before anybody sees it. */
  private async show({ mime, value }: ModelEvent & { type: 'picture' }): Promise<void> {
    const alternative = `[A picture: ${this.writer.source.trim()}]`
    const { output, blobs } = detachOutput(displayLeaf({ [mime]: value, 'text/plain': alternative }))
    try {
      for (const blob of blobs) await this.keepBlob(blob)
    } catch {
      return this.fail('A picture came, but the relay could not store it.')
    }
    if (!this.ended) this.writer.output(output)
  }

  /** Ends the run as interrupted, with all that has come so far, before this returns. */
  stop(): void {
    this.finish({ type: 'end', reason: 'interrupted' })
  }

  /** Ends the run with a message that everyone sees in the cell. */
  fail(message: string): void {
    this.finish({ type: 'end', reason: 'error', message })
  }

  /** Lets go where another run has taken the cell or its results were cleared. */
  yieldIfLost(): void {
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
    this.stopping.abort()
    this.onEnd()
  }
}

/** A reply cut at the token limit is unfinished, so it offers to be continued like any other that was cut. */
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
