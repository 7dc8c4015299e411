import { toBrowserPath } from '../base-path.ts'
import type { Answers } from './answers.ts'
import type {
  CommMessage,
  KeptPackage,
  KernelEvent,
  Place,
  Query,
  QueryOf,
  RunStatus,
  ToWorker,
} from './protocol.ts'
import { InterruptWatch } from './interrupt-watch.ts'
import { LateHostServices } from './late-host-services.ts'
import { parseMessage, type WorkerMessage } from './parse-message.ts'
import { Permission } from './permission.ts'
import { Questions } from './questions.ts'
import { RunListeners } from './run-listeners.ts'
import { Sandbox } from './sandbox.ts'
import { sendParts } from './send-parts.ts'
import { Emitter } from '../../shared/emitter.ts'

export type { KernelEvent } from './protocol.ts'

export type KernelStatus = 'off' | 'starting' | 'idle' | 'busy' | 'failed'

export interface RunOutcome {
  readonly status: RunStatus
  /** Why the kernel and all its variables were lost; absent if they were not. */
  readonly lost?: string
}

export interface KernelOptions {
  /** Base URL of the interpreter's files; `/pyodide/` of the page's origin by default. */
  readonly indexURL?: string
  /** Whether memory may be shared with the worker; without it, an interrupt must end the kernel. */
  readonly sharedMemory?: boolean
  /** The notebook's files, read before each run; without it, files end with the kernel. */
  readonly place?: () => Place | null
  /** Permission for the network and the folder; without it, both are denied. */
  readonly permission?: Permission
  /** The notebook's packages, read before each run. */
  readonly kept?: () => readonly KeptPackage[]
}

interface Pending {
  readonly run: number
  readonly code: string
  readonly count: number
  readonly install: readonly string[]
  readonly onEvent: (event: KernelEvent) => void
  readonly settle: (outcome: RunOutcome) => void
}

/** A worker and its state. */
interface RunningKernel {
  readonly sandbox: Sandbox
  readonly services: LateHostServices
  /** Whether it shares memory with its frame; null while unknown. */
  shared: boolean | null
  /** See ToWorker. */
  interrupts: number
  permissionApplied: Promise<void>
  readonly ended: AbortController
}

/** Python in a worker: runs one cell at a time; its peer has the queue. Starts when first needed. */
export class Kernel {
  private currentStatus: KernelStatus = 'off'
  private currentDetail = ''
  private snapshotFailure: string | null = null
  private live: RunningKernel | null = null
  private waiting: Pending | null = null
  private current: Pending | null = null
  private readonly listeners = new RunListeners()
  private runs = 0
  private endCount = 0
  private disposed = false
  private readonly questions = new Questions()
  private readonly changes = new Emitter()
  readonly onChange = this.changes.on
  private readonly interrupted = new InterruptWatch(() => this.changes.emit())
  private readonly indexURL: string
  private readonly sharedMemory: boolean
  private readonly place: () => Place | null
  private readonly kept: () => readonly KeptPackage[]
  readonly permission: Permission
  /** A frame for the next start. */
  private prepared: Sandbox | null = null

  constructor(options: KernelOptions = {}) {
    this.indexURL = new URL(options.indexURL ?? toBrowserPath('/pyodide/'), location.href).href
    this.place = options.place ?? (() => null)
    this.kept = options.kept ?? (() => [])
    this.sharedMemory = options.sharedMemory ?? globalThis.crossOriginIsolated
    this.permission = options.permission ?? new Permission(() => null)
    this.permission.onChange(() => this.permit())
  }

  get status(): KernelStatus {
    return this.currentStatus
  }

  /** What it is doing while starting or loading packages, or why it failed or ended. */
  get detail(): string {
    return this.currentDetail
  }

  /** Why the last start was slower, without the snapshot; null if it used the snapshot. */
  get snapshotError(): string | null {
    return this.snapshotFailure
  }

  /** The current run still runs 2 s after an interrupt: only `restart` can end it. */
  get stuck(): boolean {
    return this.interrupted.stuck
  }

  /** How many times the kernel has ended, and lost its variables. */
  get ends(): number {
    return this.endCount
  }

  /** A cell has run or is to run since it started, so that variables would be lost with it. */
  get hasRun(): boolean {
    return this.listeners.hasRun || this.waiting !== null
  }

  /** Creates the sandbox for the next start. */
  prepare(): void {
    if (!this.disposed && this.live === null) this.prepared ??= new Sandbox()
  }

  /** Resolves when it has started or failed; see `status`. */
  start(): Promise<void> {
    if (!this.disposed && (this.currentStatus === 'off' || this.currentStatus === 'failed')) this.spawn()
    return this.started()
  }

  /**
   * Runs a cell, once the one before it has ended; `count` is its n in `In [n]`, `install` names packages to install
   * first. Always resolves. `onEvent` may be called later, with output of tasks that the cell began.
   */
  run(
    code: string,
    count: number,
    onEvent: (event: KernelEvent) => void,
    install: readonly string[] = [],
  ): Promise<RunOutcome> {
    if (this.disposed) return Promise.resolve({ status: 'interrupted', lost: 'This notebook was closed.' })
    if (this.current !== null || this.waiting !== null) throw new Error('a cell is running')
    return new Promise((settle) => {
      this.waiting = { run: ++this.runs, code, count, install, onEvent, settle }
      if (this.currentStatus === 'off' || this.currentStatus === 'failed') this.spawn()
      else this.next()
    })
  }

  /** Stops the current run, or one waiting for the start; without one, a task or a widget's handler that is busy. */
  interrupt(): void {
    const waiting = this.takeWaiting()
    if (waiting) return waiting.settle({ status: 'interrupted' })
    const live = this.live
    if (!live || this.currentStatus === 'starting') return
    if (live.shared !== true) {
      if (!this.current) return
      this.end(
        'The kernel was restarted to stop this cell, because this browser shares no memory with it.',
        'interrupted',
      )
      this.spawn()
      return
    }
    live.interrupts += 1
    live.sandbox.interrupt(live.interrupts)
    this.send(live, { type: 'interrupt', interrupts: live.interrupts })
    if (!this.current) return
    this.interrupted.begin()
  }

  /** Sends a message to the Python side of a widget; only while no cell runs. */
  comm(message: CommMessage): void {
    if (this.currentStatus === 'idle' && this.live) this.send(this.live, { type: 'comm', message })
  }

  /** Asks Python; null at once if it is not idle, and soon if it has no answer. */
  ask<T extends Query['type']>(query: QueryOf<T>): Promise<Answers[T] | null> {
    const live = this.live
    if (this.currentStatus !== 'idle' || !live) return Promise.resolve(null)
    return this.questions.ask(query.type, (id) => this.send(live, { type: 'ask', id, query }))
  }

  /** Answers the current run's request for input; `id` is that of its `input` event. */
  type(id: number, line: string): void {
    this.live?.sandbox.type(id, line)
  }

  /** Ends Python, whatever it does, and starts it again. */
  restart(): Promise<void> {
    if (this.disposed) return Promise.resolve()
    this.end('The kernel was restarted.', 'interrupted')
    this.spawn()
    return this.started()
  }

  dispose(): void {
    this.disposed = true
    this.end('This notebook was closed.', 'interrupted')
    this.prepared?.dispose()
    this.become('off', '')
    this.changes.clear()
  }

  private started(): Promise<void> {
    if (this.currentStatus !== 'starting') return Promise.resolve()
    return new Promise((resolve) => {
      const unlisten = this.onChange(() => {
        if (this.currentStatus === 'starting') return
        unlisten()
        resolve()
      })
    })
  }

  private spawn(): void {
    const sandbox = this.prepared ?? new Sandbox()
    this.prepared = null
    const isLive = (): boolean => this.live === live
    const live: RunningKernel = {
      sandbox,
      services: new LateHostServices(
        () => {
          if (isLive()) this.fail('a part of the page could not be loaded')
        },
        this.place,
        this.permission,
        () => live.permissionApplied,
      ),
      shared: null,
      interrupts: 0,
      permissionApplied: Promise.resolve(),
      ended: new AbortController(),
    }
    this.live = live
    sandbox.start(this.sharedMemory, {
      onMessage: (data) => {
        const message = parseMessage(data)
        if (isLive() && message !== null) this.receive(live, message)
      },
      onStarted: (shared) => {
        live.shared = shared
        this.permit()
      },
      onDeath: (reason) => {
        if (isLive()) this.fail(reason)
      },
    })
    void sendParts(
      this.indexURL,
      (part) => this.send(live, part),
      (detail) => {
        if (isLive() && this.currentStatus === 'starting' && this.currentDetail !== detail)
          this.become('starting', detail)
      },
      live.ended.signal,
    )
    this.become('starting', 'loading Python')
  }

  private permit(): void {
    const live = this.live
    if (live === null || live.shared === null) return
    live.permissionApplied = live.sandbox.permit(this.permission.permitted === 'allowed')
  }

  private async handle(live: RunningKernel, id: number, need: unknown, now: boolean): Promise<void> {
    const result = await live.services.handle(need)
    if (this.live !== live || result === null) return
    if (now) live.sandbox.sendResult(id, result)
    else this.send(live, { type: 'given', id, result })
  }

  private receive(live: RunningKernel, message: WorkerMessage): void {
    switch (message.type) {
      case 'progress':
        if (
          this.currentDetail !== message.detail &&
          (this.currentStatus === 'starting' || this.currentStatus === 'busy')
        )
          this.become(this.currentStatus, message.detail)
        return
      case 'ready':
        this.snapshotFailure = message.snapshotError
        if (message.snapshotError !== null)
          console.warn(`Python started without its snapshot, which is slower: ${message.snapshotError}`)
        this.become('idle', '')
        return this.next()
      case 'dead':
        return this.fail(message.reason)
      case 'event':
        return this.listeners.send(message.run, message.event)
      case 'answer':
        return this.questions.answer(message.id, message.answer)
      case 'need':
        return void this.handle(live, message.id, message.need, message.now)
      case 'finished': {
        const finished = this.current
        if (finished?.run !== message.run) return
        this.setCurrent(null)
        finished.settle({ status: message.status })
        this.become('idle', '')
        return this.next()
      }
      default:
        message satisfies never
    }
  }

  private next(): void {
    const live = this.live
    if (this.currentStatus !== 'idle' || !live) return
    const next = this.takeWaiting()
    if (next === null) return
    this.setCurrent(next)
    this.listeners.add(next.run, next.onEvent)
    // The notebook may have become known only now.
    this.permit()
    this.send(live, {
      type: 'run',
      run: next.run,
      code: next.code,
      count: next.count,
      interrupts: live.interrupts,
      placed: this.place() !== null,
      setup: { kept: this.kept(), install: next.install },
    })
    this.become('busy', '')
  }

  private send(live: RunningKernel, message: ToWorker): void {
    live.sandbox.port.postMessage(message)
  }

  private setCurrent(pending: Pending | null): void {
    this.interrupted.end()
    this.current = pending
  }

  /** The worker is gone or unusable. */
  private fail(reason: string): void {
    if (this.currentStatus === 'starting') {
      const message = `The kernel could not start: ${reason}`
      this.end(message, 'error')
      return this.become('failed', message)
    }
    const message = `The kernel crashed: ${reason}. It was restarted, and its variables are lost.`
    // Between two runs, the last run is notified: its code crashed the kernel.
    if (this.current === null)
      this.listeners.sendToLast({ type: 'stream', name: 'stderr', text: `${message}\n` })
    const ran = this.listeners.hasRun
    this.end(message, 'error')
    if (ran) this.spawn()
    else this.become('off', message)
  }

  private takeWaiting(): Pending | null {
    const { waiting } = this
    this.waiting = null
    return waiting
  }

  /** Ends the worker. The current run settles with `status`; one that waits for the start has not begun. */
  private end(lost: string, status: RunStatus): void {
    const live = this.live
    this.live = null
    if (live) {
      this.endCount += 1
      live.ended.abort()
      live.sandbox.dispose()
      void live.services.close()
      this.permission.drop()
    }
    this.questions.drop()
    const { current } = this
    this.setCurrent(null)
    this.listeners.clear()
    current?.settle({ status, lost })
    this.takeWaiting()?.settle({ status: 'interrupted', lost })
  }

  private become(status: KernelStatus, detail: string): void {
    this.currentStatus = status
    this.currentDetail = detail
    this.changes.emit()
  }
}
