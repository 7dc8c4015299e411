// The kernel as a peer of the document: it runs the requests that this page issued, in order, and writes the results.
// It obeys nobody else: a request forged through the socket, or restored from storage, has no id that this page issued,
// and stays queued until a person on this page requests it again. While its person shares it, it also runs requests of
// others: see claims.ts.
import type * as Y from 'yjs'
import type { OutputBlob } from '../../shared/notebook/output/blob.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import type { RequestedTexts } from '../../shared/notebook/document/requested-texts.ts'
import { Claims } from '../../shared/notebook/document/claims.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import type { CellId, Leaf } from '../../shared/notebook/notebook.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { displayLeaf, errorLeaf, resultLeaf } from '../../shared/notebook/output/output.ts'
import type { Origin } from '../../shared/notebook/document/origin.ts'
import { byPerson, type Person } from '../../shared/notebook/person.ts'
import { cellSource, isTagged, readHead } from '../../shared/notebook/document/read.ts'
import { startRun, type RunWriter } from '../../shared/notebook/document/run.ts'
import { Displays } from './displays.ts'
import { openUrl, putNextInput } from './page-requests.ts'
import type { Kernel, KernelEvent } from './kernel.ts'
import { keepPackages } from './kept-packages.ts'
import { LiveFrames } from './live-frames.ts'
import { WidgetPeer } from './widgets.ts'
import { RunQueue, type QueuedRun } from './run-queue.ts'
import { Emitter } from '../../shared/emitter.ts'
import { now } from '../document/clock.ts'

/** A run of this page that waits for input. */
export interface InputPrompt {
  readonly cell: CellId
  readonly id: number
  readonly prompt: string
  readonly password: boolean
}

export interface KernelPeerOptions {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly requestedTexts: RequestedTexts
  readonly kernel: Kernel
  /** This page's executor id. */
  readonly executor: string
  /** The person in whose name runs are requested. */
  readonly person: () => Person
  /** Stores blobs before outputs refer to them. */
  readonly keepBlob: (blob: OutputBlob) => void
}

export class KernelPeer {
  readonly kernel: Kernel
  private readonly doc: Y.Doc
  private readonly queue: RunQueue
  /** Packages to install before a cell's next run. */
  private readonly installs = new Map<CellId, string>()
  private current: RunWriter | null = null
  private currentEnd: Promise<unknown> = Promise.resolve()
  private readonly aparts: (() => Promise<void>)[] = []
  private isWorking = false
  /** The cell that runs, or ran last: its background tasks may go on. */
  private lastCell: CellId | null = null
  private readonly claims: Claims
  private changed = new Set<CellId>()
  private count = 0
  private currentPrompt: InputPrompt | null = null
  private readonly prompts = new Emitter<[CellId]>()
  /** Called with the cell whose run started or stopped waiting for input or permission. */
  readonly onPrompt = this.prompts.on
  private readonly displays = new Displays()
  readonly frames: LiveFrames
  private readonly widgets: WidgetPeer
  private readonly stopObserving: () => void
  private readonly stopKernel: () => void
  private readonly stopPermission: () => void

  constructor(private readonly options: KernelPeerOptions) {
    const { doc, observer, requestedTexts, kernel, executor } = options
    this.doc = doc
    this.kernel = kernel
    this.queue = new RunQueue(doc, requestedTexts)
    this.frames = new LiveFrames(kernel)
    this.widgets = new WidgetPeer(doc, kernel, executor, (text) => this.current?.stream('stderr', text))
    this.claims = new Claims(doc, executor)
    let ends = kernel.ends
    this.stopKernel = kernel.onChange(() => {
      if (kernel.ends !== ends) this.forget()
      ends = kernel.ends
    })
    this.stopPermission = kernel.permission.onChange(() => this.notifyInput(this.lastCell))
    this.stopObserving = observer.onAnyCell((cell, changes) => {
      const waits = this.current === null && this.queue.some((queued) => queued.cell === cell)
      // Its source may match the request again, or be requested as it is now.
      if (waits && (changes.has('source') || changes.has('head'))) queueMicrotask(() => void this.work())
      if (!changes.has('head')) return
      if (this.current?.cell === cell && this.current.stopRequested) kernel.interrupt()
      if (this.claims.open) this.claimSoon(cell)
    })
  }

  /** Requests runs of the cells, in order, in this page's kernel or a shared one; see RequestedTexts.ask for `seen`. */
  run(cells: readonly CellId[], to = this.options.executor, seen?: ReadonlyMap<CellId, string>): void {
    const { requestedTexts, executor, person } = this.options
    const batch = {}
    // One change for all: the owner of a shared kernel takes it as one.
    this.doc.transact(() => {
      for (const cell of cells) {
        const who = { ...byPerson(person()), to, at: now() }
        const request = requestedTexts.ask(cell, who, seen?.get(cell))
        if (request === null) continue
        this.claims.ignore(request)
        if (to === executor) this.queue.add({ cell, request, guest: null, batch })
      }
    }, 'request' satisfies Origin)
    void this.work()
  }

  /** Runs the cell again in this page's own kernel, after installing that package. */
  install(cell: CellId, project: string): void {
    this.installs.set(cell, project)
    this.run([cell])
  }

  get lastRunCell(): CellId | null {
    return this.lastCell
  }

  get shared(): boolean {
    return this.claims.open
  }

  /** From now on, requests of others to this kernel run here. */
  share(): void {
    this.claims.start()
  }

  /** Requests of others stay, with a button. The kernel restarts, because their code may have left anything in it. */
  async stopSharing(): Promise<void> {
    this.claims.stop()
    this.queue.forget(({ guest }) => guest !== null)
    if (this.kernel.status !== 'off') await this.restart()
  }

  /** Once for all cells of one update, so that they keep their order, and before anything is drawn. */
  private claimSoon(cell: CellId): void {
    this.changed.add(cell)
    if (this.changed.size > 1) return
    this.doc.once('afterTransaction', () => {
      const changed = this.changed
      this.changed = new Set()
      const claims = this.claims.take(changed)
      const batch = {}
      for (const { cell, request, requester } of claims) {
        this.queue.forget(({ cell: other, guest }) => other === cell && guest !== null && guest !== requester)
        this.queue.add({ cell, request, guest: requester, batch })
        this.options.requestedTexts.remember(cell, request)
      }
      if (claims.length > 0) queueMicrotask(() => void this.work())
    })
  }

  /** Whether this page will run the request by itself. */
  issued(request: string): boolean {
    return this.queue.some((queued) => queued.request === request)
  }

  /** The input that a run of this page waits for. Only this page shows and answers it. */
  get inputPrompt(): InputPrompt | null {
    return this.currentPrompt
  }

  /** What a cell's code wants to access, while permission is being asked. */
  get permissionRequest(): { readonly cell: CellId; readonly target: string } | null {
    const target = this.kernel.permission.asking
    return target === null || this.lastCell === null ? null : { cell: this.lastCell, target }
  }

  /** Whose code waits for its person, and for what. */
  get question(): { readonly cell: CellId; readonly wants: 'input' | 'permission' } | null {
    const { permissionRequest, inputPrompt } = this
    if (permissionRequest !== null) return { cell: permissionRequest.cell, wants: 'permission' }
    return inputPrompt === null ? null : { cell: inputPrompt.cell, wants: 'input' }
  }

  /** Settles when the present run has ended. */
  get ended(): Promise<unknown> {
    return this.currentEnd
  }

  /** Answers the input prompt. */
  type(line: string): void {
    if (this.currentPrompt !== null) this.kernel.type(this.currentPrompt.id, line)
    this.ask(null)
  }

  private ask(inputPrompt: InputPrompt | null): void {
    const cell = (inputPrompt ?? this.currentPrompt)?.cell
    this.currentPrompt = inputPrompt
    this.notifyInput(cell ?? null)
  }

  private notifyInput(cell: CellId | null): void {
    if (cell !== null) this.prompts.emit(cell)
  }

  /** A cell runs, or code outside of cells. */
  get working(): boolean {
    return this.isWorking
  }

  /** Something has run since the kernel started. */
  get hasVariables(): boolean {
    return this.count > 0
  }

  /** Runs of this page that have not ended. */
  get pending(): number {
    return this.queue.length + (this.current === null ? 0 : 1)
  }

  /** Stops the current run and cancels the queue. */
  interrupt(): void {
    this.queue.withdraw()
    this.stopCurrent()
  }

  private stopCurrent(): void {
    // Written to the document if the run is still the cell's, so that everyone sees why it ended; it comes back as a
    // change.
    if (this.current === null || this.current.lost) this.kernel.interrupt()
    else apply(this.doc, { type: 'request-stop', id: this.current.cell })
  }

  async restart(): Promise<void> {
    this.queue.withdraw()
    await this.kernel.restart()
  }

  private forget(): void {
    this.count = 0
    this.displays.forget()
    this.widgets.forget()
  }

  /** Uses the kernel for code outside of cells, once all cells that can run have run; none begins meanwhile. */
  apart<T>(action: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.aparts.push(() => action().then(resolve, reject))
      void this.work()
    })
  }

  private async work(): Promise<void> {
    if (this.isWorking) return
    this.isWorking = true
    try {
      for (;;) {
        const queued = this.queue.next()
        const apart = queued === null ? this.aparts.shift() : undefined
        if (queued !== null) await this.executeNext(queued)
        else if (apart !== undefined) await apart()
        else return
      }
    } finally {
      this.isWorking = false
    }
  }

  private async executeNext(queued: QueuedRun): Promise<void> {
    const run = this.execute(queued)
    this.currentEnd = Promise.allSettled([run])
    const status = await run
    // As in Jupyter: a failed cell cancels those queued behind it. Requests of other people do not depend on it.
    const { guest, cell } = queued
    const isExpected = status === 'error' && isTagged(this.doc, cell, 'raises-exception')
    if (status !== 'done' && !isExpected) this.queue.withdraw((behind) => behind.guest === guest)
  }

  private async execute({ cell }: QueuedRun): Promise<'done' | 'error' | 'interrupted'> {
    const head = readHead(this.doc, cell)
    const request = head?.request ?? null
    if (head === undefined || request === null) return 'done'
    const { executor: runs } = kindNamed(head.kind)
    // Perhaps changed to a note while queued.
    const isCode = runs?.type === 'kernel'
    if (!isCode || cellSource(this.doc, cell)?.toString().trim() === '') {
      apply(this.doc, { type: 'withdraw-request', id: cell, request: request.id })
      // As in JupyterLab, code without code takes no number and loses its outputs.
      if (isCode) apply(this.doc, { type: 'clear-outputs', id: cell })
      return 'done'
    }
    const count = ++this.count
    const { executor, keepBlob } = this.options
    const setup = { request, executor, at: now(), count, keepBlob }
    const writer = startRun(this.doc, cell, setup, 'kernel')
    if (writer === null) return 'done'
    this.current = writer
    this.start(cell)
    const onEvent = this.eventHandler(writer, count)
    try {
      const install = this.installs.get(cell)
      this.installs.delete(cell)
      const outcome = await this.kernel.run(
        runs.code(writer.source),
        count,
        onEvent,
        install === undefined ? [] : [install],
      )
      if (outcome.lost !== undefined) writer.output(errorLeaf('KernelEnded', outcome.lost, [outcome.lost]))
      writer.finish(outcome.status, now())
      this.widgets.settle()
      return outcome.status
    } finally {
      this.current = null
      this.ask(null)
    }
  }

  /** Code that is in no cell begins to run; permission is asked under `cell`, or where it was. Returns the n of In [n]. */
  beginApart(cell: CellId | null): number {
    if (cell !== null) this.start(cell)
    return ++this.count
  }

  /** Pending input or permission of background tasks appears under the cell that runs now. */
  private start(cell: CellId): void {
    const before = this.lastCell
    this.lastCell = cell
    if (this.permissionRequest !== null) for (const each of [before, cell]) this.notifyInput(each)
  }

  /** Turns a run's events into outputs. */
  private eventHandler(writer: RunWriter, count: number): (event: KernelEvent) => void {
    let clearing = false
    const show = (leaf: Leaf, displayId?: string): void => {
      const slot = writer.output(leaf)
      this.widgets.show(leaf)
      if (displayId !== undefined) this.displays.add(displayId, { writer, slot })
    }
    return (event) => {
      if (event.type === 'comm') return this.widgets.take(event)
      this.frames.note(event)
      if (this.widgets.capture(event)) return
      if (event.type === 'clear' && event.wait) {
        clearing = true
        return
      }
      if (clearing && !['update-display', 'input', 'packages', 'next-input', 'open'].includes(event.type)) {
        clearing = false
        writer.clear()
      }
      switch (event.type) {
        case 'packages':
          return keepPackages(this.doc, event.kept, event.removed)
        case 'next-input':
          return putNextInput(this.doc, writer.cell, writer.source, event)
        case 'open': {
          const link = openUrl(event.url, this.kernel.permission.permitted === 'allowed')
          return link === null ? undefined : show(link)
        }
        case 'stream':
          return writer.stream(event.name, event.text)
        case 'stream-end':
          return writer.streamEnd(event.name, event.text)
        case 'display':
          return show(displayLeaf(event.data, event.metadata), event.displayId)
        case 'result':
          return show(resultLeaf(count, event.data, event.metadata))
        case 'error':
          return show(errorLeaf(event.ename, event.evalue, event.traceback))
        case 'input': {
          const { id, prompt, password } = event
          return this.ask({ cell: writer.cell, id, prompt, password })
        }
        case 'clear':
          return writer.clear()
        case 'update-display': {
          const leaf = displayLeaf(event.data, event.metadata)
          this.displays.update(event.displayId, leaf)
          this.widgets.updateDisplay(event.displayId, leaf)
          return this.widgets.show(leaf)
        }
        default:
          return event satisfies never
      }
    }
  }

  /** Unfinished requests of this page are withdrawn, those of others stay; Python ends. */
  destroy(): void {
    this.stopObserving()
    this.stopKernel()
    this.stopPermission()
    this.widgets.destroy()
    this.queue.withdraw(({ guest }) => guest === null)
    this.queue.forget(() => true)
    this.kernel.dispose()
  }
}
