// The model peer: answers run requests addressed to `model` in one document, by writing replies into the document. It is
// controlled only through the document, by requests and stop flags, and runs on the relay or in a page.
import type * as Y from 'yjs'
import { estimateTokens } from '../context/budget.ts'
import type { Craft } from '../context/craft.ts'
import { alternating, blobsGiven, buildContext, type Surroundings } from '../context/build.ts'
import { apply } from '../notebook/document/apply.ts'
import { isUnchanged, requestRun } from '../notebook/document/requested-texts.ts'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { replyTurns } from '../notebook/cell-kinds/turns.ts'
import type { FindBlob } from '../notebook/document/blob-references.ts'
import type { CellId, RunRequest } from '../notebook/notebook.ts'
import type { BlobRef } from '../notebook/output/blob.ts'
import type { CellObserver, Change } from '../notebook/document/observe.ts'
import type { Origin } from '../notebook/document/origin.ts'
import {
  cellReply,
  docIdOf,
  readHead,
  readNotebook,
  readNotebookMeta,
  visibleCells,
} from '../notebook/document/read.ts'
import { endAbandonedRuns, startRun, type RunWriter } from '../notebook/document/run.ts'
import { isQueued } from '../notebook/document/status.ts'
import { keyOf } from '../notebook/person.ts'
import { choiceFor, modelInBrowser, type ModelChoice } from '../notebook/model-choice.ts'
import { functionTools } from '../tools/functions.ts'
import { SeenSources } from '../tools/seen-sources.ts'
import type { Tool } from '../tools/tool.ts'
import { CallsOfReply, type AskedCalls } from './call-runner.ts'
import type { Caps, Spender } from './caps.ts'
import { chosenProvider } from './chosen-provider.ts'
import { Pass } from './pass.ts'
import type { ModelRequest, Providers } from './provider.ts'
import { Reply, type Asking, type ReplySetup } from './reply.ts'
import { onceKnown, surroundingsOf } from './surroundings.ts'

/** Concurrent replies per document. Other requests are queued in order of arrival. */
const concurrency = 4
/** Milliseconds after the start of a run in which a request that did not see it counts as a duplicate. */
const duplicateWindow = 5_000
/** Milliseconds from arrival after which a request that could not be run is withdrawn. */
export const requestLifetime = 24 * 60 * 60 * 1000
const maxOutputTokens = 8_192
/** A user message, because some models do not accept a prefilled answer. */
const goOnWords =
  'Your reply was cut off there. Go on exactly where it stops, in the middle of a word if need be: repeat nothing and introduce nothing.'
/** The executors of the relay's models start with it. */
export const executorPrefix = 'model:'
const origin: Origin = 'model'

/** Functions named by the prompt come first, and replace others of the same name. */
const toolsWith = (own: readonly Tool[], others: readonly Tool[]): readonly Tool[] => [
  ...own,
  ...others.filter(({ name }) => own.every((tool) => tool.name !== name)),
]

export interface ModelPeerOptions extends ReplySetup {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly providers: Providers
  /** Unique to each instance of this peer; the relay's start with `model:`. */
  readonly executor: string
  /** For a peer in a page: requests are addressed to the executor itself, and only those admitted here are answered. */
  readonly admits?: (cell: CellId, request: RunRequest) => boolean
  /** No limits if absent. */
  readonly caps?: Caps
  /** The tools offered for a prompt, with distinct names. */
  readonly tools?: (prompt: CellId) => readonly Tool[]
  /** See CallRunnerSetup. */
  readonly vouch?: (digest: string) => () => void
  readonly asked?: AskedCalls
  /** The instructions of the notebook's folders. */
  readonly craft?: () => Promise<readonly Craft[]>
  /** Resolves when these have arrived or are not waited for any longer; undefined if they are available. */
  readonly arrived?: (refs: readonly BlobRef[]) => Promise<void> | undefined
  /** For outputs that are stored outside the document. */
  readonly findBlob: FindBlob
  /** Called with the cells being written to, whenever they or the models that write change. */
  readonly onWriting?: (cells: readonly CellId[]) => void
}

export class ModelPeer {
  private readonly doc: Y.Doc
  /** Queued requests by cell, in order of arrival. */
  private readonly queue = new Map<CellId, { readonly id: string; readonly arrived: number }>()
  /** Cells that may have a new request. */
  private readonly touched = new Set<CellId>()
  private readonly replies = new Map<CellId, Reply>()
  /** The last run begun in each cell: its request, and when it began. */
  private readonly begun = new Map<CellId, { readonly request: RunRequest; readonly at: number }>()
  private readonly unobserve: readonly (() => void)[]
  private readonly nextPass: Pass
  private cancelExpiry: (() => void) | null = null
  private disposed = false

  /** Ends runs left over by earlier instances of the relay's peer, then picks up queued requests. */
  constructor(private readonly setup: ModelPeerOptions) {
    if (setup.admits === undefined && !setup.executor.startsWith(executorPrefix))
      throw new Error(`no model executor: ${setup.executor}`)
    this.doc = setup.doc
    this.nextPass = new Pass(setup.schedule, () => this.pass())
    if (setup.admits === undefined)
      endAbandonedRuns(this.doc, (executor) => executor.startsWith(executorPrefix), setup.now(), origin)
    this.unobserve = [setup.observer.onAnyCell(this.onCell), setup.observer.onList(this.onList)]
    for (const cell of visibleCells(this.doc)) this.touched.add(cell)
    this.nextPass.request()
  }

  /** Ends every reply as interrupted, synchronously. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const unobserve of this.unobserve) unobserve()
    this.nextPass.dispose()
    this.cancelExpiry?.()
    for (const reply of this.replies.values()) reply.breakOff()
  }

  // Stops take effect at once. Runs start in a later task, after the transaction that requested them.
  private readonly onCell = (cell: CellId, changes: ReadonlySet<Change>): void => {
    if (changes.has('source') && this.queue.has(cell)) this.nextPass.request()
    if (!changes.has('head')) return
    const reply = this.replies.get(cell)
    reply?.closeIfLost()
    if (reply !== undefined && this.shouldStop(cell, reply)) reply.stop()
    if (this.queuedRequest(cell) === null) return
    this.touched.add(cell)
    this.nextPass.request()
  }

  private readonly onList = (): void => {
    if (this.replies.size > 0) {
      const visible = new Set(visibleCells(this.doc))
      for (const [cell, reply] of this.replies) if (!visible.has(cell)) reply.stop()
    }
    if (this.queue.size > 0) this.nextPass.request()
  }

  /** One pass over the queue: adds new requests, withdraws expired ones and starts those that can run. */
  private pass(): void {
    const visible = new Set(visibleCells(this.doc))
    const now = this.setup.now()
    this.enqueue(visible, now)
    for (const [cell, { id, arrived }] of this.queue) {
      const request = this.queuedRequest(cell)
      if (request?.id !== id) this.queue.delete(cell)
      else if (now - arrived >= requestLifetime) {
        this.queue.delete(cell)
        apply(this.doc, { type: 'withdraw-request', id: cell, request: id }, origin)
      } else if (visible.has(cell) && this.canStart(cell, request)) {
        this.queue.delete(cell)
        this.start(cell, request)
      }
    }
    this.scheduleExpiry(now)
  }

  /** Adds the requests made since the last pass, in the order of their cells. */
  private enqueue(visible: ReadonlySet<CellId>, now: number): void {
    const shown = [...visible].filter((cell) => this.touched.has(cell))
    const hidden = [...this.touched].filter((cell) => !visible.has(cell))
    this.touched.clear()
    for (const cell of [...shown, ...hidden]) {
      const request = this.queuedRequest(cell)
      if (request === null || this.queue.get(cell)?.id === request.id) continue
      const first = this.duplicated(cell, request, now)
      if (first !== null) {
        // Not taken back: that would stop the run.
        requestRun(this.doc, cell, first, origin)
        continue
      }
      this.queue.delete(cell)
      this.queue.set(cell, { id: request.id, arrived: now })
    }
  }

  /**
   * The request that is being answered, or just was, if this one duplicates it: somebody pressed twice, or two people at
   * once, before they saw the run begin or anything of the reply.
   */
  private duplicated(cell: CellId, request: RunRequest, now: number): RunRequest | null {
    const last = this.begun.get(cell)
    const run = readHead(this.doc, cell)?.run
    if (last === undefined || run?.id !== last.request.id) return null
    const { request: first, at } = last
    const isSame = request.goOn === first.goOn && request.sourceDigest === first.sourceDigest
    const reply = this.replies.get(cell)
    const isOfBefore = request.saw === first.saw && (reply !== undefined || now - at < duplicateWindow)
    const isUnanswered = request.saw === first.id && reply?.isSilent === true && now - at < duplicateWindow
    return isSame && (isOfBefore || isUnanswered) ? first : null
  }

  /** Stopped, or withdrawn by someone who had not seen yet that it had started. */
  private shouldStop(cell: CellId, reply: Reply): boolean {
    return reply.writer.stopRequested || readHead(this.doc, cell)?.request === null
  }

  private queuedRequest(cell: CellId): RunRequest | null {
    const head = readHead(this.doc, cell)
    const request = head?.request ?? null
    if (head === undefined || request === null || !isQueued(head)) return null
    const { admits, executor } = this.setup
    const isMine =
      admits === undefined ? request.to === 'model' : request.to === executor && admits(cell, request)
    return isMine ? request : null
  }

  private canStart(cell: CellId, request: RunRequest): boolean {
    const head = readHead(this.doc, cell)
    if (head === undefined || kindNamed(head.kind).executor?.type !== 'model') return false
    // Requested when an older reply was shown, or for a source that someone else has edited since: the person has to
    // confirm it.
    if (request.saw !== (head.run?.id ?? null)) return false
    if (!isUnchanged(this.doc, cell, request)) return false
    return this.replies.has(cell) || this.replies.size < concurrency
  }

  private start(cell: CellId, request: RunRequest): void {
    const { now, executor } = this.setup
    const head = readHead(this.doc, cell)
    const runs = kindNamed(head?.kind ?? '').executor
    if (head === undefined || runs?.type !== 'model') return
    const writer = startRun(this.doc, cell, { request, executor, at: now(), count: null }, origin)
    if (writer === null) return
    const setup = { ...this.setup, onModel: () => this.notifyWriting() }
    const reply = new Reply(writer, setup, () => {
      if (this.replies.get(cell) === reply) this.replies.delete(cell)
      this.notifyWriting()
      if (this.queue.size > 0) this.nextPass.request()
    })
    this.replies.set(cell, reply)
    this.begun.set(cell, { request, at: now() })
    this.notifyWriting()
    if (writer.source.trim() === '') return reply.fail('The prompt is empty.')
    const choice = choiceFor(readNotebookMeta(this.doc), head.meta)
    // None in a browser makes images.
    const isElsewhere = runs.answer === 'picture' && modelInBrowser(choice) !== null
    const chosen = chosenProvider(this.setup.providers, isElsewhere ? { ...choice, model: null } : choice)
    if (chosen === null)
      return reply.fail(`${choice.model} was chosen, but this relay does not offer it. Choose another model.`)
    const who: Spender = { person: keyOf(request), notebook: docIdOf(this.doc) ?? '' }
    const admission = this.setup.caps?.admit(who) ?? { ok: true, notice: null }
    if (!admission.ok) return reply.fail(admission.reason)
    const { provider, model } = chosen
    const asking = (what: Pick<Asking, 'stream' | 'messages' | 'runner' | 'input' | 'before'>): Asking => ({
      ...what,
      provider,
      model,
      notice: admission.notice,
      spend: (tokens) => this.setup.caps?.spend(who, tokens),
    })
    switch (runs.answer) {
      case 'text': {
        const runner = this.callsOf(writer, `Model (${model || (provider.usualModel ?? provider.label)})`)
        const around = surroundingsOf(provider, model, choice, {
          tools: runner.tokens,
          craft: this.setup.craft,
        })
        const ready = onceKnown(around, (known) =>
          onceKnown(this.setup.arrived?.(blobsGiven(readNotebook(this.doc), cell, known)), () => known),
        )
        const prepared = onceKnown(ready, (known) => {
          const { conversation, tokens } = this.conversation(cell, chosen, choice, request, known)
          const { definitions: tools } = runner
          return asking({
            stream: (messages, signal) => provider.stream({ ...conversation, messages, tools }, signal),
            messages: conversation.messages,
            before: this.replyBefore(cell, request).trimEnd(),
            runner,
            input: tokens + runner.tokens,
          })
        })
        return void reply.ask(prepared)
      }
      case 'picture': {
        // The chosen provider may not generate images, and its chosen model may not either.
        const { image } =
          [provider, ...this.setup.providers].find(({ image }) => image !== undefined) ?? provider
        if (image === undefined) return reply.fail(`${provider.label} does not generate images.`)
        const prompt = writer.source.trim()
        const stream: Asking['stream'] = (_, signal) => image({ model: '', prompt }, signal)
        return void reply.ask(asking({ stream, messages: [], runner: null, input: estimateTokens(prompt) }))
      }
      default:
        return runs.answer satisfies never
    }
  }

  private callsOf(writer: RunWriter, by: string): CallsOfReply {
    const { doc, observer, schedule, findBlob, tools, vouch, asked } = this.setup
    const { cell: prompt, request } = writer
    return new CallsOfReply({
      writer,
      onCalls: (listener) =>
        observer.onCell(prompt, (changes) => {
          if (changes.has('reply')) listener()
        }),
      schedule,
      tools: toolsWith(functionTools(request.references ?? []), tools?.(prompt) ?? []),
      place: {
        doc,
        caller: prompt,
        run: request.id,
        by,
        findBlob,
        seen: new SeenSources(readNotebook(doc).cells),
      },
      vouch: vouch ?? (() => () => undefined),
      asked: asked ?? null,
    })
  }

  private conversation(
    cell: CellId,
    { model }: { readonly model: string },
    { effort }: ModelChoice,
    request: RunRequest,
    around: Surroundings,
  ): { readonly conversation: Omit<ModelRequest, 'tools'>; readonly tokens: number } {
    const context = buildContext(readNotebook(this.doc), cell, around, this.setup.findBlob)
    if (context === null) throw new Error('the prompt of a starting run is not in the notebook')
    const { system, thinking, estimated } = context
    const reply = this.replyBefore(cell, request)
    const messages =
      reply.trim() === ''
        ? context.messages
        : alternating([
            ...context.messages,
            ...replyTurns(reply.trimEnd()),
            { role: 'user', text: goOnWords },
          ])
    const cacheKey = docIdOf(this.doc)
    return {
      conversation: { model, system, messages, maxOutputTokens, thinking, effort, cacheKey },
      tokens: estimated + estimateTokens(reply),
    }
  }

  /** The reply to go on with; '' for a new one. */
  private replyBefore(cell: CellId, { goOn }: RunRequest): string {
    return goOn === true ? (cellReply(this.doc, cell)?.toString() ?? '') : ''
  }

  private notifyWriting(): void {
    this.setup.onWriting?.([...this.replies.keys()])
  }

  /** The queue is in order of arrival, so its first request is the next to expire. */
  private scheduleExpiry(now: number): void {
    this.cancelExpiry?.()
    this.cancelExpiry = null
    const [next] = this.queue.values()
    if (next === undefined) return
    this.cancelExpiry = this.setup.schedule(Math.max(0, next.arrived + requestLifetime - now), () => {
      this.cancelExpiry = null
      this.pass()
    })
  }
}
