// The model peer: it answers the requests to `model` of one document and writes the replies into it. It knows no
// caller; whoever wants something of it writes a request or a stop into the document. Runs wherever the document is.
import type * as Y from 'yjs'
import { buildContext } from '../context/build.ts'
import { apply } from '../notebook/apply.ts'
import { isAsSeen } from '../notebook/asked.ts'
import { kindNamed } from '../notebook/cell-kinds/kinds.ts'
import { withBlobs, type FindBlob } from '../notebook/detach.ts'
import { type CellId, type Request } from '../notebook/notebook.ts'
import { type CellObserver, type Change } from '../notebook/observe.ts'
import { type Origin } from '../notebook/origin.ts'
import { readHead, readNotebook, visibleCells } from '../notebook/read.ts'
import { settleRuns, startRun } from '../notebook/run.ts'
import { isQueued } from '../notebook/status.ts'
import { type ModelRequest, type Providers } from './provider.ts'
import { Reply, type ReplySetup } from './reply.ts'

/** Replies written at once in one document; the other requests wait, in the order in which they came. */
const concurrency = 4
/** Milliseconds after which a request that could not be run is dropped, counted from its arrival here. */
export const requestLife = 24 * 60 * 60 * 1000
/** Estimated tokens a prompt may bring along. */
const contextBudget = 60_000
const maxOutputTokens = 8_192
const executorPrefix = 'model:'
const origin: Origin = 'model'

export interface ModelPeerSetup extends ReplySetup {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly providers: Providers
  /** Begins with `model:`; another one in each life of this peer. */
  readonly executor: string
  /** Text of outputs that the document only refers to. */
  readonly findBlob: FindBlob
  /** The cells the model is writing in, whenever they change, for its presence. */
  readonly onWriting?: (cells: readonly CellId[]) => void
}

export class ModelPeer {
  private readonly setup: ModelPeerSetup
  private readonly doc: Y.Doc
  /** Requests not yet run by cell, in order of arrival. */
  private readonly waiting = new Map<CellId, { readonly id: string; readonly arrived: number }>()
  private readonly touched = new Set<CellId>()
  private readonly replies = new Map<CellId, Reply>()
  private readonly unobserve: readonly (() => void)[]
  private cancelTurn: (() => void) | null = null
  private cancelExpiry: (() => void) | null = null
  private disposed = false

  /** Settles what earlier lives of this peer left running, then takes up the requests that wait. */
  constructor(setup: ModelPeerSetup) {
    if (!setup.executor.startsWith(executorPrefix)) throw new Error(`no model executor: ${setup.executor}`)
    this.setup = setup
    this.doc = setup.doc
    settleRuns(this.doc, (executor) => executor.startsWith(executorPrefix), setup.now(), origin)
    this.unobserve = [setup.observer.onAnyCell(this.onCell), setup.observer.onList(this.onList)]
    for (const cell of visibleCells(this.doc)) this.touched.add(cell)
    this.turnSoon()
  }

  /** Ends every reply as interrupted before it returns. */
  dispose(): void {
    if (this.disposed) return
    this.disposed = true
    for (const unobserve of this.unobserve) unobserve()
    this.cancelTurn?.()
    this.cancelExpiry?.()
    for (const reply of this.replies.values()) reply.stop()
  }

  // Stopping is done at once; starting waits for its own turn, when the transaction that asked for it is over.
  private readonly onCell = (cell: CellId, changes: ReadonlySet<Change>): void => {
    if (changes.has('source') && this.waiting.has(cell)) this.turnSoon()
    if (!changes.has('head')) return
    const reply = this.replies.get(cell)
    reply?.yieldIfLost()
    if (reply !== undefined && this.unwanted(cell, reply)) reply.stop()
    if (this.openRequest(cell) === null) return
    this.touched.add(cell)
    this.turnSoon()
  }

  private readonly onList = (): void => {
    if (this.replies.size > 0) {
      const visible = new Set(visibleCells(this.doc))
      for (const [cell, reply] of this.replies) if (!visible.has(cell)) reply.stop()
    }
    if (this.waiting.size > 0) this.turnSoon()
  }

  private turnSoon(): void {
    if (this.disposed) return
    this.cancelTurn ??= this.setup.schedule(0, () => {
      this.cancelTurn = null
      this.turn()
    })
  }

  private turn(): void {
    const visible = new Set(visibleCells(this.doc))
    const now = this.setup.now()
    this.note(visible, now)
    for (const [cell, { id, arrived }] of this.waiting) {
      const request = this.openRequest(cell)
      if (request?.id !== id) this.waiting.delete(cell)
      else if (now - arrived >= requestLife) {
        this.waiting.delete(cell)
        apply(this.doc, { type: 'withdraw-request', id: cell, request: id }, origin)
      } else if (visible.has(cell) && this.mayStart(cell, request)) {
        this.waiting.delete(cell)
        this.start(cell, request)
      }
    }
    this.expireLater(now)
  }

  /** Takes down what has been asked since the last turn; of what came together the upper cell's goes first. */
  private note(visible: ReadonlySet<CellId>, now: number): void {
    const shown = [...visible].filter((cell) => this.touched.has(cell))
    const hidden = [...this.touched].filter((cell) => !visible.has(cell))
    this.touched.clear()
    for (const cell of [...shown, ...hidden]) {
      const request = this.openRequest(cell)
      if (request === null || this.waiting.get(cell)?.id === request.id) continue
      this.waiting.delete(cell)
      this.waiting.set(cell, { id: request.id, arrived: now })
    }
  }

  /** Stopped by somebody, or taken back by somebody who had not yet seen it start. */
  private unwanted(cell: CellId, reply: Reply): boolean {
    return reply.writer.stopRequested || readHead(this.doc, cell)?.request === null
  }

  private openRequest(cell: CellId): Request | null {
    const head = readHead(this.doc, cell)
    return head !== undefined && head.request?.to === 'model' && isQueued(head) ? head.request : null
  }

  private mayStart(cell: CellId, request: Request): boolean {
    const head = readHead(this.doc, cell)
    if (head === undefined || kindNamed(head.kind).executor?.type !== 'model') return false
    // Asked of an older reply than the one that is there: it waits for a click.
    if (request.saw !== (head.run?.id ?? null)) return false
    // Changed since by somebody else: so does that.
    if (!isAsSeen(this.doc, cell, request)) return false
    return this.replies.has(cell) || this.replies.size < concurrency
  }

  private start(cell: CellId, request: Request): void {
    const { now, executor, providers } = this.setup
    const runs = kindNamed(readHead(this.doc, cell)?.kind ?? '').executor
    if (runs?.type !== 'model') return
    const writer = startRun(this.doc, cell, { request, executor, at: now(), count: null }, origin)
    if (writer === null) return
    const reply = new Reply(writer, this.setup, () => {
      if (this.replies.get(cell) === reply) this.replies.delete(cell)
      this.announce()
      if (this.waiting.size > 0) this.turnSoon()
    })
    this.replies.set(cell, reply)
    this.announce()
    if (writer.source.trim() === '') return reply.fail('The prompt is empty: there is nothing to ask.')
    const [provider] = providers
    switch (runs.answer) {
      case 'text':
        return void reply.take(provider, (signal) => provider.stream(this.conversation(cell), signal))
      case 'picture': {
        const { image } = provider
        if (image === undefined) return reply.fail(`${provider.label} makes no pictures.`)
        const prompt = writer.source.trim()
        return void reply.take(provider, (signal) => image({ model: '', prompt }, signal))
      }
      default:
        return runs.answer satisfies never
    }
  }

  private conversation(cell: CellId): ModelRequest {
    const notebook = withBlobs(readNotebook(this.doc), this.setup.findBlob)
    const context = buildContext(notebook, cell, contextBudget)
    if (context === null) throw new Error('a prompt that has just been started is in the notebook')
    const { system, messages, thinking } = context
    return { model: '', system, messages, maxOutputTokens, thinking }
  }

  private announce(): void {
    this.setup.onWriting?.([...this.replies.keys()])
  }

  /** Requests arrive in order, so the first that waits is the next to expire. */
  private expireLater(now: number): void {
    this.cancelExpiry?.()
    this.cancelExpiry = null
    const [next] = this.waiting.values()
    if (next === undefined) return
    this.cancelExpiry = this.setup.schedule(Math.max(0, next.arrived + requestLife - now), () => {
      this.cancelExpiry = null
      this.turn()
    })
  }
}
