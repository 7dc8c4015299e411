import type {
  Answers,
  CommMessage,
  FromWorker,
  KernelEvent,
  Place,
  Query,
  QueryOf,
  RunStatus,
  ToWorker,
  WorkerStart,
} from './protocol.ts'
import { Questions } from './questions.ts'
import { TypedLine } from './typed-line.ts'

export type { KernelEvent } from './protocol.ts'

export type KernelStatus = 'off' | 'starting' | 'idle' | 'busy' | 'failed'

export interface RunOutcome {
  readonly status: RunStatus
  /** Why Python and all its variables are gone, in words for the person; absent when they are not. */
  readonly lost?: string
}

export interface KernelOptions {
  /** Where the interpreter's files lie; `/pyodide/` of the page's origin unless given. */
  readonly indexURL?: string
  /** Whether memory may be shared with the worker; without it an interrupt has to end Python. */
  readonly sharedMemory?: boolean
  /** Where the notebook's files are, asked before each run; without it they end with Python. */
  readonly place?: () => Place | null
}

interface Pending {
  readonly run: number
  readonly code: string
  readonly count: number
  readonly onEvent: (event: KernelEvent) => void
  readonly settle: (outcome: RunOutcome) => void
}

/** A worker and what belongs to its life. */
interface Live {
  readonly worker: Worker
  readonly port: MessagePort
  /** See ToWorker. */
  readonly interrupts: Int32Array | null
  readonly typed: TypedLine | null
  count: number
  readonly ended: AbortController
}

/** After so long an interrupt that did nothing is not expected to do anything, in ms. */
const patience = 2000

/** Python in a worker: runs one cell at a time, in the order they were asked for. Starts when first needed. */
export class Kernel {
  #status: KernelStatus = 'off'
  #detail = ''
  #stuck = false
  #withoutSnapshot: string | null = null
  #live: Live | null = null
  #queue: Pending[] = []
  /** The run that the worker has. */
  #current: Pending | null = null
  /** The run whose background tasks may still print. */
  #last: Pending | null = null
  #runs = 0
  #disposed = false
  #stuckTimer: ReturnType<typeof setTimeout> | undefined
  readonly #questions = new Questions()
  readonly #listeners = new Set<() => void>()
  readonly #indexURL: string
  readonly #sharedMemory: boolean
  readonly #place: () => Place | null

  constructor(options: KernelOptions = {}) {
    this.#indexURL = new URL(options.indexURL ?? '/pyodide/', location.href).href
    this.#place = options.place ?? (() => null)
    this.#sharedMemory = options.sharedMemory ?? globalThis.crossOriginIsolated
  }

  get status(): KernelStatus {
    return this.#status
  }

  /** What it is doing while it starts or loads packages, or why it failed or ended; for the person. */
  get detail(): string {
    return this.#detail
  }

  /** Why the last start was not from the snapshot of Python's memory, but took longer; null where it was. */
  get withoutSnapshot(): string | null {
    return this.#withoutSnapshot
  }

  /** The current run was interrupted 2 s ago and goes on: only `restart` can end it. */
  get stuck(): boolean {
    return this.#stuck
  }

  /** Runs asked for and not settled. */
  get pending(): number {
    return this.#queue.length + (this.#current ? 1 : 0)
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Settles when it has started or failed, which `status` tells. */
  start(): Promise<void> {
    if (!this.#disposed && (this.#status === 'off' || this.#status === 'failed')) this.#spawn()
    return this.#started()
  }

  /**
   * Runs a cell; `count` is its n in `In [n]`. Always settles. `onEvent` may be called after that, until the next
   * run starts, with what tasks left in the background print.
   */
  run(code: string, count: number, onEvent: (event: KernelEvent) => void): Promise<RunOutcome> {
    if (this.#disposed) return Promise.resolve({ status: 'interrupted', lost: 'This notebook was closed.' })
    return new Promise((settle) => {
      this.#queue.push({ run: ++this.#runs, code, count, onEvent, settle })
      if (this.#status === 'off' || this.#status === 'failed') this.#spawn()
      else this.#next()
    })
  }

  /** Stops the current run, or one that waits for the start. */
  interrupt(): void {
    if (!this.#current) {
      if (this.#status === 'starting') this.#queue.shift()?.settle({ status: 'interrupted' })
      return
    }
    const live = this.#live
    if (!live) return
    if (!live.interrupts) {
      this.#end(
        'Python was ended to stop this cell, as this page may not share memory with it.',
        'interrupted',
      )
      this.#spawn()
      return
    }
    live.count += 1
    Atomics.store(live.interrupts, 0, live.count)
    Atomics.notify(live.interrupts, 0)
    this.#send(live, { type: 'interrupt', interrupts: live.count })
    this.#stuckTimer ??= setTimeout(() => {
      this.#stuck = true
      this.#changed()
    }, patience)
  }

  /** Hands a message to the Python half of a widget; only while no cell runs. */
  comm(message: CommMessage): void {
    if (this.#status === 'idle' && this.#live) this.#send(this.#live, { type: 'comm', message })
  }

  /** What Python says to this; null at once where it is not idle, and soon where it has no answer. */
  ask<T extends Query['type']>(query: QueryOf<T>): Promise<Answers[T] | null> {
    const live = this.#live
    if (this.#status !== 'idle' || !live) return Promise.resolve(null)
    return this.#questions.ask<T>((id) => this.#send(live, { type: 'ask', id, query }))
  }

  /** Gives the current run the line it waits for; `id` is that of its `input` event. */
  type(id: number, line: string): void {
    const live = this.#live
    if (!live?.typed || !live.interrupts) return
    live.typed.put(id, line)
    Atomics.notify(live.interrupts, 0)
  }

  /** Takes back the runs that have not begun. */
  dropQueue(): void {
    for (const pending of this.#queue.splice(0)) pending.settle({ status: 'interrupted' })
  }

  /** Ends Python, whatever it does, and starts it anew. */
  restart(): Promise<void> {
    if (this.#disposed) return Promise.resolve()
    this.#end('Python was restarted.', 'interrupted')
    this.#spawn()
    return this.#started()
  }

  dispose(): void {
    this.#disposed = true
    this.#end('This notebook was closed.', 'interrupted')
    this.#become('off', '')
    this.#listeners.clear()
  }

  #started(): Promise<void> {
    if (this.#status !== 'starting') return Promise.resolve()
    return new Promise((resolve) => {
      const unlisten = this.onChange(() => {
        if (this.#status === 'starting') return
        unlisten()
        resolve()
      })
    })
  }

  #spawn(): void {
    const { port1: port, port2 } = new MessageChannel()
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'Python' })
    const interrupts = this.#sharedMemory ? new SharedArrayBuffer(4) : null
    const lock = `python-${crypto.randomUUID()}`
    const ended = new AbortController()
    const typed = this.#sharedMemory ? TypedLine.memory() : null
    const live: Live = {
      worker,
      port,
      interrupts: interrupts && new Int32Array(interrupts),
      typed: typed && new TypedLine(typed),
      count: 0,
      ended,
    }
    this.#live = live
    const died = (reason: string) => {
      if (this.#live === live) this.#fail(reason)
    }
    port.addEventListener('message', ({ data }: MessageEvent<FromWorker>) => {
      if (this.#live !== live) return
      if (data.type === 'ready') watchLock(lock, ended.signal, () => died('its worker was closed'))
      this.#receive(data)
    })
    port.start()
    worker.addEventListener('error', (event) => {
      event.preventDefault()
      // An error in some callback of a running worker is not its end; one before the start is.
      if (this.#status === 'starting') died(event.message || 'its script could not be loaded')
    })
    const start: WorkerStart = { port: port2, indexURL: this.#indexURL, interrupts, typed, lock }
    worker.postMessage(start, [port2])
    this.#become('starting', 'starting Python')
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'progress':
        if (this.#detail !== message.detail && (this.#status === 'starting' || this.#status === 'busy'))
          this.#become(this.#status, message.detail)
        return
      case 'ready':
        this.#withoutSnapshot = message.withoutSnapshot
        if (message.withoutSnapshot !== null)
          console.warn(`Python started without its snapshot, which takes longer: ${message.withoutSnapshot}`)
        this.#become('idle', '')
        return this.#next()
      case 'dead':
        return this.#fail(message.reason)
      case 'event':
        if (this.#last?.run === message.run) this.#last.onEvent(message.event)
        return
      case 'answer':
        return this.#questions.answer(message.id, message.answer)
      case 'finished': {
        const finished = this.#current
        if (finished?.run !== message.run)
          throw new Error(`Python finished run ${message.run}, which it has not`)
        this.#setCurrent(null)
        finished.settle({ status: message.status })
        this.#become('idle', '')
        return this.#next()
      }
      default:
        message satisfies never
    }
  }

  #next(): void {
    const live = this.#live
    if (this.#status !== 'idle' || !live) return
    const next = this.#queue.shift()
    if (!next) return
    this.#setCurrent(next)
    this.#last = next
    this.#send(live, {
      type: 'run',
      run: next.run,
      code: next.code,
      count: next.count,
      interrupts: live.count,
      place: this.#place(),
    })
    this.#become('busy', '')
  }

  #send(live: Live, message: ToWorker): void {
    live.port.postMessage(message)
  }

  #setCurrent(pending: Pending | null): void {
    clearTimeout(this.#stuckTimer)
    this.#stuckTimer = undefined
    this.#stuck = false
    this.#current = pending
  }

  /** The worker is gone, or of no use. */
  #fail(reason: string): void {
    const starting = this.#status === 'starting'
    const told = starting ? `Python could not start: ${reason}` : `Python broke down: ${reason}`
    this.#end(told, 'error')
    this.#become(starting ? 'failed' : 'off', told)
  }

  /** Ends the worker. The current run settles with `status`; those behind it counted on its variables. */
  #end(lost: string, status: RunStatus): void {
    const live = this.#live
    this.#live = null
    if (live) {
      live.ended.abort()
      live.port.close()
      live.worker.terminate()
    }
    this.#questions.drop()
    const current = this.#current
    const queued = this.#queue.splice(0)
    this.#setCurrent(null)
    this.#last = null
    current?.settle({ status, lost })
    for (const pending of queued) pending.settle({ status: 'interrupted', lost })
  }

  #become(status: KernelStatus, detail: string): void {
    this.#status = status
    this.#detail = detail
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

/** Calls `onFree` when the holder of the lock dies. Where there are no locks, other signs have to do. */
function watchLock(lock: string, signal: AbortSignal, onFree: () => void): void {
  if (!navigator.locks) return
  navigator.locks.request(lock, { signal }, onFree).catch((error: unknown) => {
    if (!signal.aborted) throw error
  })
}
