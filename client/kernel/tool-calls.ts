// Answers the tool calls that a model makes of this page's kernel. Only those of replies that this page asked for, and
// that the relay vouches for: anybody can write a call into the document. What runs code waits until the person has
// agreed here to exactly what is shown; an approval is nowhere but in this page's memory.
import type * as Y from 'yjs'
import { Emitter } from '../../shared/emitter.ts'
import { truncated } from '../../shared/notebook/cell-kinds/turns.ts'
import {
  answerCall,
  callDigest,
  hasEnded,
  readCalls,
  writtenBy,
  type Call,
  type Caller,
} from '../../shared/notebook/document/calls.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import { onThreads, type MessageKey } from '../../shared/notebook/document/threads.ts'
import type { Person } from '../../shared/notebook/person.ts'
import { endLength, type ToolResult } from '../../shared/tools/tool-result.ts'
import type { PresenceRoom } from '../document/presence.ts'

/** A call of a reply, as it was when this page took it. */
export interface TakenCall {
  readonly caller: Caller
  readonly run: string
  readonly call: Call
}

/** Executes some calls. */
export interface CallExecutor {
  readonly takes: (name: string) => boolean
  /** Never rejects; ends soon after `signal` is aborted. */
  readonly execute: (taken: TakenCall, signal: AbortSignal) => Promise<ToolResult>
}

export type Decision = 'once' | 'reply' | 'no'

interface ToolCallsOptions {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly presence: Pick<PresenceRoom, 'calls' | 'onPeople' | 'setAsks'>
  readonly requestedTexts: Pick<RequestedTexts, 'isOwn'>
  /** The answers to questions that this page has asked, in its life. */
  readonly ownAnswers: () => readonly MessageKey[]
  readonly person: () => Person
  /** Loaded with the first call. */
  readonly executors: () => Promise<readonly CallExecutor[]>
}

export class ToolCalls {
  /** By digest; once taken, a call is never taken again. */
  private readonly taken = new Set<string>()
  private readonly asking = new Map<string, TakenCall>()
  private readonly running = new Map<string, TakenCall & { readonly controller: AbortController }>()
  /** Runs of prompts whose every call is allowed. */
  private readonly allowed = new Set<string>()
  private readonly changes = new Emitter()
  readonly onChange = this.changes.on
  private readonly stops: readonly (() => void)[]

  constructor(private readonly options: ToolCallsOptions) {
    this.stops = [
      onThreads(options.doc, () => {
        for (const answer of options.ownAnswers()) this.look(answer)
      }),
      options.observer.onAnyCell((cell, changes) => {
        if (changes.has('reply') || changes.has('head')) this.look(cell)
      }),
      // What the relay vouches for may arrive after the call itself.
      options.presence.onPeople(() => {
        const waiting = [...this.waiting]
        for (const caller of waiting) this.look(caller)
      }),
    ]
  }

  /** Callers with calls that the relay does not vouch for yet. */
  private readonly waiting = new Set<Caller>()

  /** What the person is asked about, under this reply. */
  askedIn(caller: Caller): readonly (readonly [digest: string, call: Call])[] {
    return [...this.asking].flatMap(([digest, taken]) =>
      taken.caller === caller ? [[digest, taken.call]] : [],
    )
  }

  private isOwn(caller: Caller, run: string): boolean {
    const { requestedTexts, ownAnswers } = this.options
    return requestedTexts.isOwn(run) || ownAnswers().some((answer) => answer === caller)
  }

  private look(caller: Caller): void {
    const { doc, presence } = this.options
    const run = writtenBy(doc, caller)
    this.waiting.delete(caller)
    const open = new Set<string>()
    for (const call of run !== null && this.isOwn(caller, run) ? readCalls(doc, caller) : []) {
      if (run === null || call.executor !== 'kernel' || hasEnded(call)) continue
      const digest = callDigest(run, call)
      open.add(digest)
      if (this.taken.has(digest)) continue
      if (presence.calls().has(digest)) this.take(digest, { caller, run, call })
      else this.waiting.add(caller)
    }
    this.drop(caller, open)
  }

  /** Aborts questions and executions of calls that have ended. */
  private drop(caller: Caller, open: ReadonlySet<string>): void {
    for (const [digest, taken] of this.running)
      if (taken.caller === caller && !open.has(digest)) taken.controller.abort()
    const gone = [...this.asking].filter(([digest, taken]) => taken.caller === caller && !open.has(digest))
    for (const [digest] of gone) this.asking.delete(digest)
    if (gone.length > 0) this.emitAsking()
  }

  private take(digest: string, taken: TakenCall): void {
    this.taken.add(digest)
    if (taken.call.tier === 'read' || this.allowed.has(taken.run)) return void this.execute(digest, taken)
    this.asking.set(digest, taken)
    this.answer(taken, { state: 'asking', text: '' })
    this.emitAsking()
  }

  /** The person's answer, given on this page. */
  decide(digest: string, decision: Decision): void {
    const taken = this.asking.get(digest)
    if (taken === undefined) return
    this.asking.delete(digest)
    if (decision === 'no') {
      const { name } = this.options.person()
      this.answer(taken, { state: 'refused', text: `${name || 'The person'} did not allow it.` })
    } else void this.execute(digest, taken)
    if (decision === 'reply') {
      this.allowed.add(taken.run)
      for (const [other, { run }] of this.asking) if (run === taken.run) this.decide(other, 'once')
    }
    this.emitAsking()
  }

  /** The relay stops waiting for an answer when this page is gone. */
  private emitAsking(): void {
    this.options.presence.setAsks([...this.asking.keys()])
    this.changes.emit()
  }

  private async execute(digest: string, taken: TakenCall): Promise<void> {
    // The relay may have given up waiting.
    if (!this.options.presence.calls().has(digest)) return
    const controller = new AbortController()
    this.running.set(digest, { ...taken, controller })
    this.answer(taken, { state: 'running', text: '' })
    const executors = await this.options.executors().catch(() => [])
    const executor = executors.find(({ takes }) => takes(taken.call.name))
    const result = (await executor?.execute(taken, controller.signal)) ?? {
      ok: false,
      text: 'This page could not load the script that executes it.',
    }
    this.running.delete(digest)
    this.answer(taken, { state: result.ok ? 'done' : 'failed', text: truncated(result.text, endLength) })
  }

  private answer({ caller, run, call }: TakenCall, change: Pick<Call, 'state' | 'text'>): void {
    answerCall(this.options.doc, caller, run, call.id, change, 'kernel')
  }

  destroy(): void {
    for (const stop of this.stops) stop()
    for (const { controller } of this.running.values()) controller.abort()
  }
}
