// One run of a prompt: writes a provider's stream into the document until it ends, is stopped or is replaced. It goes in
// steps: calls are executed and their answers sent back, until the model ends without a call.
import { estimateTokens } from '../context/budget.ts'
import { untrusted } from '../context/untrusted.ts'
import type { OutputBlob } from '../notebook/output/blob.ts'
import { detachOutput } from '../notebook/document/blob-references.ts'
import { displayLeaf, errorLeaf } from '../notebook/output/output.ts'
import { statusOfEnd, type Receipt, type ReplyEnd } from '../notebook/receipt.ts'
import type { RunWriter } from '../notebook/document/run.ts'
import { Batch } from './batch.ts'
import { Continuation } from './continuation.ts'
import type {
  Message,
  ModelEnd,
  ModelEvent,
  Provider,
  StopSignal,
  ToolAnswer,
  ToolCall,
  Usage,
} from './provider.ts'
import type { Schedule } from './schedule.ts'
import { StopController } from './stop.ts'

/**
 * Milliseconds between writes; the first text goes at once. Takes a third of the bytes of one write per token, and still
 * looks smooth.
 */
export const batchTime = 60

/** Requests to the provider for one reply. */
export const maxSteps = 8

const noTools =
  'This model cannot use tools: it sees what the prompt sends it and can look at or change nothing else.'

/** The `ename` of the error output that shows a provider's failure. */
const modelErrorName = 'ModelError'

export interface ReplySetup {
  readonly schedule: Schedule
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Stores a blob the document is about to refer to; stored when this resolves. */
  readonly keepBlob: (blob: OutputBlob) => Promise<void>
  /** US dollars; null where the price of the model (`provider/model`) is not known. */
  readonly cost?: (model: string, usage: Usage) => number | null
  /** The answering model is known now. */
  readonly onModel?: () => void
}

/** Executes calls. `text` becomes part of the reply. */
export interface CallRunner {
  readonly run: (
    call: ToolCall,
    signal: StopSignal,
  ) => Promise<{ readonly answer: string; readonly text: string }>
  /** Ends running calls when the reply ends first; returns a last text for the reply. */
  readonly stopped: () => string
}

export interface Asking {
  readonly provider: Provider
  /** The model's id; '' for the provider's default. */
  readonly model: string
  readonly stream: (messages: readonly Message[], signal: StopSignal) => AsyncIterable<ModelEvent>
  readonly messages: readonly Message[]
  /** The reply that is gone on with, if any. */
  readonly before?: string
  /** Null if no tools are offered. */
  readonly runner: CallRunner | null
  /** Estimated tokens of the request, in case the provider reports none. */
  readonly input: number
  /** A note on caps that are nearly reached. */
  readonly notice: string | null
  /** Called once, at the end. */
  readonly spend: (tokens: number) => void
}

/** Where a reply is written: a cell, or a thread. */
export type ReplyWriter = Pick<
  RunWriter,
  'source' | 'lost' | 'appendReply' | 'appendThinking' | 'output' | 'receipt' | 'finish'
>

export class Reply<Writer extends ReplyWriter = RunWriter> {
  private readonly controller = new StopController()
  private readonly text = new Batch()
  private readonly thinking = new Batch()
  private readonly began: number
  private asking: Asking | null = null
  /** `provider/model` */
  private model = ''
  private firstAt: number | null = null
  private hasText = false
  private usage: Usage | null = null
  /** Estimated tokens of all requests. */
  private estimated = 0
  /** Estimated tokens received. */
  private received = 0
  /** What its readers should know. */
  private readonly notes = new Set<string>()
  private cancelFlush: (() => void) | null = null
  private ended = false

  /** `onEnd` is called once, after the last write or when the cell's result has been replaced. */
  constructor(
    readonly writer: Writer,
    private readonly setup: ReplySetup,
    private readonly onEnd: () => void,
  ) {
    this.began = setup.now()
  }

  /** Asks, unless the run has ended once the request is prepared; null fails with `reason`. Never rejects. */
  async ask(prepared: Asking | null | Promise<Asking | null>, reason = ''): Promise<void> {
    try {
      const asking = prepared instanceof Promise ? await prepared : prepared
      if (asking === null) this.fail(reason)
      else if (!this.ended) await this.take(asking)
    } catch (failure) {
      this.fail(
        `The request could not be prepared (${failure instanceof Error ? failure.name : typeof failure}).`,
      )
    }
  }

  /** Resolves when the provider's stream has ended, which may be after the end of a stopped run. Never rejects. */
  async take(asking: Asking): Promise<void> {
    const { provider } = asking
    this.asking = asking
    if (asking.notice !== null) this.notes.add(asking.notice)
    this.answeredBy(asking.model === '' ? (provider.usualModel ?? '') : asking.model)
    try {
      let { messages, input } = asking
      for (let step = 1; ; step++) {
        this.estimated += input
        const added = await this.step(asking, messages, step)
        if (added === null) return
        messages = [...messages, ...added.messages]
        input += added.tokens
      }
    } catch (failure) {
      // Providers do not throw. The message of an unexpected error is not shown, because it may contain secrets.
      const kind = failure instanceof Error ? failure.name : typeof failure
      this.fail(`The reply broke off unexpectedly (${provider.id}: ${kind}).`)
    }
  }

  /** One request and the answers to its calls; null if the reply ends with it. */
  private async step(
    { stream, runner, before = '' }: Asking,
    messages: readonly Message[],
    step: number,
  ): Promise<{ readonly messages: readonly Message[]; readonly tokens: number } | null> {
    const calls: ToolCall[] = []
    let text = ''
    let turn: unknown
    let hasCalled = false
    const continuation = step === 1 && before !== '' ? new Continuation(before) : null
    const say = (piece: string): void => {
      if (piece === '') return
      this.writeText(piece, step > 1 && text === '')
      text += piece
    }
    for await (const event of stream(messages, this.controller)) {
      if (this.ended) return null
      if (event.type === 'end') {
        say(continuation?.end() ?? '')
        if (event.reason !== 'calls' || runner === null) this.finishAs(event)
        else if (step === maxSteps) this.finish('steps')
        else [turn, hasCalled] = [event.turn, true]
        break
      }
      switch (event.type) {
        case 'model':
          this.answeredBy(event.model)
          break
        case 'no-tools':
          this.notes.add(noTools)
          break
        case 'text':
          say(continuation?.take(event.text) ?? event.text)
          break
        case 'thinking':
          this.buffer(this.thinking, event.text)
          break
        case 'picture':
          await this.show(event)
          break
        case 'call':
          calls.push(event)
          break
        case 'usage':
          this.usage = sumOf(this.usage, event.usage)
          break
        default:
          event satisfies never
      }
    }
    if (runner === null || !hasCalled) {
      this.finish('broken')
      return null
    }
    const answers: ToolAnswer[] = []
    for (const call of calls) {
      const { answer, text: shown } = await runner.run(call, this.controller)
      if (this.ended) return null
      this.writeText(shown, true)
      answers.push({ id: call.id, name: call.name, text: untrusted(call.name, answer) })
    }
    return {
      messages: [
        { role: 'assistant', text, calls, turn },
        { role: 'tool', answers },
      ],
      tokens: estimateTokens([text, JSON.stringify(calls), ...answers.map(({ text }) => text)].join('\n')),
    }
  }

  private finishAs(end: ModelEnd): void {
    switch (end.reason) {
      case 'done':
      case 'length':
        return this.finish(end.reason)
      case 'interrupted':
        return this.finish('broken')
      case 'calls':
        return this.fail('The model called a tool, and it was offered none.')
      case 'refused':
        return this.finish('refused', end.message)
      case 'error':
        return this.fail(end.message)
      default:
        return end satisfies never
    }
  }

  /** `apart`: what was written before is a paragraph of its own. */
  private writeText(text: string, apart: boolean): void {
    this.buffer(this.text, apart && this.hasText ? `\n\n${text}` : text)
    this.hasText = true
  }

  private buffer(batch: Batch, text: string): void {
    const pause = this.firstAt === null ? 0 : batchTime
    this.firstAt ??= this.setup.now()
    this.received += estimateTokens(text)
    batch.add(text)
    this.cancelFlush ??= this.setup.schedule(pause, () => {
      this.cancelFlush = null
      this.flush(false)
    })
  }

  /** Nothing has come yet. */
  get isSilent(): boolean {
    return this.firstAt === null
  }

  private answeredBy(id: string): void {
    const provider = this.asking?.provider.id ?? ''
    const model = id === '' ? provider : `${provider}/${id}`
    if (this.model === model) return
    this.model = model
    if (this.ended) return
    this.writer.receipt(this.receipt(null))
    this.setup.onModel?.()
  }

  /** Stores the image before it is shown. */
  private async show({ mime, value }: ModelEvent & { type: 'picture' }): Promise<void> {
    const alternative = `[A picture: ${this.writer.source.trim()}]`
    const { output, blobs } = detachOutput(displayLeaf({ [mime]: value, 'text/plain': alternative }))
    try {
      for (const blob of blobs) await this.setup.keepBlob(blob)
    } catch {
      return this.fail('The relay could not store the image.')
    }
    if (!this.ended) this.writer.output(output)
  }

  /** Ends the run as stopped, synchronously, keeping what has arrived so far. */
  stop(): void {
    this.finish('stopped')
  }

  /** Ends the run as interrupted, because its executor ends. */
  breakOff(): void {
    this.finish('broken')
  }

  /** Ends the run with an error message in the cell. */
  fail(message: string): void {
    this.finish('failed', message)
  }

  /** Stops writing if another run has taken over the cell or its results were cleared. */
  closeIfLost(): void {
    if (this.writer.lost) this.close()
  }

  private flush(last: boolean): void {
    const [thinking, text] = [this.thinking.take(last), this.text.take(last)]
    if (thinking !== '') this.writer.appendThinking(thinking)
    if (text !== '') this.writer.appendReply(text)
  }

  private receipt(end: ReplyEnd | null, reason = ''): Receipt {
    const { usage, model, firstAt, asking } = this
    const cost = usage === null ? null : (this.setup.cost?.(model, usage) ?? null)
    const notice = [...this.notes].join(' ')
    return {
      model,
      ...(end === null ? {} : { end }),
      ...(usage === null ? {} : { input: usage.input, output: usage.output }),
      ...(usage === null || asking === null ? {} : { estimated: this.estimated }),
      ...(usage === null || usage.cached === null ? {} : { cached: usage.cached }),
      ...(usage === null || usage.thinking === null ? {} : { thinking: usage.thinking }),
      ...(firstAt === null ? {} : { milliseconds: Math.max(0, firstAt - this.began) }),
      ...(cost === null ? {} : { cost }),
      ...(end === 'refused' && reason !== '' ? { reason } : {}),
      ...(notice === '' ? {} : { notice }),
    }
  }

  private finish(end: ReplyEnd, message = ''): void {
    if (this.ended) return
    const last = this.asking?.runner?.stopped() ?? ''
    if (last !== '') this.text.add(`\n\n${last}`)
    this.flush(true)
    if (end === 'failed') this.writer.output(errorLeaf(modelErrorName, message, []))
    if (this.asking !== null) this.writer.receipt(this.receipt(end, message))
    this.writer.finish(statusOfEnd(end), this.setup.now())
    this.close()
  }

  private close(): void {
    if (this.ended) return
    this.ended = true
    this.cancelFlush?.()
    this.controller.abort()
    const { asking, usage } = this
    asking?.spend(usage === null ? this.estimated + this.received : usage.input + usage.output)
    this.onEnd()
  }
}

/** The total of several requests. */
const sumOf = (sum: Usage | null, { input, output, cached, thinking }: Usage): Usage =>
  sum === null
    ? { input, output, cached, thinking }
    : {
        input: sum.input + input,
        output: sum.output + output,
        cached: sum.cached === null && cached === null ? null : (sum.cached ?? 0) + (cached ?? 0),
        thinking: sum.thinking === null && thinking === null ? null : (sum.thinking ?? 0) + (thinking ?? 0),
      }
