// Executes the tool calls of one reply, where everybody sees them: each is in the document from its start to its end. The
// relay runs no code: such a call waits in the document for the kernel of the person who ran the prompt.
import { estimateTokens } from '../context/budget.ts'
import { callDigest, hasEnded, readCalls, type Call, type CallState } from '../notebook/document/calls.ts'
import { truncated } from '../notebook/cell-kinds/turns.ts'
import type { RunWriter } from '../notebook/document/run.ts'
import { newRequestId } from '../notebook/ids.ts'
import { callText } from '../reply/call-text.ts'
import type { KernelTool, Tool, ToolPlace } from '../tools/tool.ts'
import { endLength, failed, type ToolResult } from '../tools/tool-result.ts'
import type { StopSignal, ToolCall, ToolDefinition } from './provider.ts'
import type { Schedule } from './schedule.ts'
import type { CallRunner } from './reply.ts'

/** Milliseconds. People get more time to answer than programs to run. */
export const callTimes = { run: 60_000, answer: 600_000 }

const seconds = callTimes.run / 1_000
const timeoutMessages: Readonly<Partial<Record<CallState, string>>> = {
  pending: `Not executed: the browser of the person who ran the prompt did not take it within ${seconds} s.`,
  asking: `Not executed: it was not approved within ${callTimes.answer / 60_000} minutes.`,
  running: `It was not finished within ${seconds} s and was stopped.`,
}
const pageGone = 'Not executed: the page of the person who ran the prompt was closed before the answer.'

/** The calls that pages ask their people about, by digest. */
export interface AskedCalls {
  readonly has: (digest: string) => boolean
  /** Calls `listener` when they may have changed, until the returned function is called. */
  readonly onChange: (listener: () => void) => () => void
}

/** Estimated. */
export const definitionTokens = (definitions: readonly ToolDefinition[]): number =>
  definitions.length === 0
    ? 0
    : estimateTokens(
        JSON.stringify(
          definitions.map(({ name, description, parameters }) => [name, description, parameters]),
        ),
      )

const stoppedMessage = 'Stopped before it was finished.'

export interface CallRunnerSetup {
  readonly writer: Pick<RunWriter, 'call'>
  /** Calls `listener` when a call may have changed, until the returned function is called. */
  readonly onCalls: (listener: () => void) => () => void
  readonly tools: readonly Tool[]
  readonly place: ToolPlace
  readonly schedule: Schedule
  /** Vouches for a call to the kernel by its digest, because anybody could write a call; returns a function that ends it. */
  readonly vouch: (digest: string) => () => void
  /** Null if not known. */
  readonly asked: AskedCalls | null
}

export class CallsOfReply implements CallRunner {
  readonly definitions: readonly ToolDefinition[]
  /** Estimated tokens of the definitions. */
  readonly tokens: number
  private open: Call | null = null

  constructor(private readonly setup: CallRunnerSetup) {
    this.definitions = setup.tools.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }))
    this.tokens = definitionTokens(this.definitions)
  }

  async run(
    { name, input }: ToolCall,
    signal: StopSignal,
  ): Promise<{ readonly answer: string; readonly text: string }> {
    const tool = this.setup.tools.find((known) => known.name === name)
    // Not the provider's id, which may not be unique.
    const id = `call-${newRequestId()}`
    const { executor, tier } = tool ?? { executor: 'relay', tier: 'read' }
    const call: Call = { id, name, input, executor, tier, exact: '', state: 'running', text: '' }
    this.open = call
    const result = await this.execute(call, tool, signal)
    if (this.open === null) return { answer: '', text: '' }
    const state = result.ok ? 'done' : 'state' in result ? result.state : 'failed'
    const answer = truncated(result.text, endLength) || '(no output)'
    return { answer, text: this.end({ ...this.open, state, text: answer }) }
  }

  /** Ends the running call, if any; returns its text for the reply. */
  stopped(): string {
    return this.open === null ? '' : this.end({ ...this.open, state: 'stopped', text: stoppedMessage })
  }

  private end(call: Call): string {
    this.open = null
    this.setup.writer.call(call)
    return callText(call)
  }

  private async execute(
    call: Call,
    tool: Tool | undefined,
    signal: StopSignal,
  ): Promise<ToolResult | Refused> {
    const { writer, place } = this.setup
    if (tool === undefined) {
      writer.call(call)
      return failed(`There is no tool named ${call.name}.`)
    }
    if (tool.executor === 'kernel') return this.byKernel(call, tool, signal)
    writer.call(call)
    return this.until(signal, (settle) => {
      const late = (): void => settle(failed(timeoutMessages.running ?? ''))
      const cancel = this.setup.schedule(callTimes.run, late)
      // A throwing tool is a bug; the reply continues, and the error's text may have secrets.
      Promise.resolve()
        .then(() => tool.run(call.input, place))
        .catch(() => failed('The tool failed.'))
        .then(settle, settle)
      return cancel
    })
  }

  private byKernel(requested: Call, tool: KernelTool, signal: StopSignal): Promise<ToolResult | Refused> {
    const { writer, place, onCalls, schedule, vouch } = this.setup
    const { doc, caller, run } = place
    const exact = tool.exact(requested.input, place)
    if (!exact.ok) {
      writer.call(requested)
      return Promise.resolve(exact)
    }
    this.open = { ...requested, exact: exact.text, state: 'pending' }
    writer.call(this.open)
    const now = (): Call | null => readCalls(doc, caller).find(({ id }) => id === requested.id) ?? null
    const written = now()
    if (written === null) return Promise.resolve(failed(stoppedMessage))
    return this.until(signal, (settle) => {
      const digest = callDigest(run, written)
      const unvouch = vouch(digest)
      let state: CallState = 'pending'
      const unwatch = this.watchPage(digest, () => {
        if (state === 'asking') settle(failed(pageGone))
      })
      const late = (): void => settle(failed(timeoutMessages[state] ?? ''))
      let cancel = schedule(callTimes.run, late)
      const unobserve = onCalls(() => {
        const call = now()
        if (call === null || call.state === state) return
        state = call.state
        cancel()
        if (hasEnded(call)) settle(resultOf(call))
        else cancel = schedule(state === 'asking' ? callTimes.answer : callTimes.run, late)
      })
      return () => {
        cancel()
        unobserve()
        unwatch()
        unvouch()
      }
    })
  }

  /** Calls `onGone` when a page that asked about the call is away for longer than a reload or a bad network takes. */
  private watchPage(digest: string, onGone: () => void): () => void {
    const { asked, schedule } = this.setup
    let wasAsked = false
    let cancel: (() => void) | null = null
    const look = (): void => {
      const isAsked = asked?.has(digest) === true
      wasAsked ||= isAsked
      if (isAsked) {
        cancel?.()
        cancel = null
      } else if (wasAsked) cancel ??= schedule(callTimes.run, onGone)
    }
    const unobserve = asked?.onChange(look)
    return () => {
      cancel?.()
      unobserve?.()
    }
  }

  /** Settles when `begin` does, or when the signal aborts. `begin` returns its cleanup. */
  private until(
    signal: StopSignal,
    begin: (settle: (result: ToolResult | Refused) => void) => () => void,
  ): Promise<ToolResult | Refused> {
    return new Promise((resolve) => {
      const stop = (): void => settle(failed(stoppedMessage))
      let undo: (() => void) | null = null
      let settled = false
      const settle = (result: ToolResult | Refused): void => {
        if (settled) return
        settled = true
        signal.removeEventListener('abort', stop)
        undo?.()
        resolve(result)
      }
      signal.addEventListener('abort', stop, { once: true })
      undo = begin(settle)
      if (settled) undo()
    })
  }
}

interface Refused extends ToolResult {
  readonly ok: false
  readonly state: 'refused'
}

const resultOf = ({ state, text }: Call): ToolResult | Refused => {
  if (state === 'refused') return { ok: false, state, text }
  return { ok: state === 'done', text }
}
