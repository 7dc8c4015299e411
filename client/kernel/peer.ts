// The kernel as a peer of the document: it runs the requests that this page issued, in order, and writes the results.
// It obeys nobody else: a request forged through the socket, or restored from storage, has no id that this page issued,
// and stays queued until a person on this page requests it again. While its person shares it, it also runs requests of
// others: see claims.ts.
import type * as Y from 'yjs'
import type { OutputBlob } from '../../shared/notebook/output/blob.ts'
import { apply } from '../../shared/notebook/document/apply.ts'
import { type RequestedTexts, isUnchanged } from '../../shared/notebook/document/requested-texts.ts'
import { Claims } from '../../shared/notebook/document/claims.ts'
import { kindNamed } from '../../shared/notebook/cell-kinds/kinds.ts'
import type { CellId, Leaf } from '../../shared/notebook/notebook.ts'
import type { CellObserver } from '../../shared/notebook/document/observe.ts'
import { displayLeaf, errorLeaf, resultLeaf } from '../../shared/notebook/output/output.ts'
import type { Origin } from '../../shared/notebook/document/origin.ts'
import { byPerson, type Person } from '../../shared/notebook/person.ts'
import { readHead } from '../../shared/notebook/document/read.ts'
import { startRun, type RunWriter, type Slot } from '../../shared/notebook/document/run.ts'
import { isQueued } from '../../shared/notebook/document/status.ts'
import { openAddress, putNextInput } from './asked-of-page.ts'
import type { Kernel, KernelEvent } from './kernel.ts'
import { keepPackages } from './kept-packages.ts'
import { WidgetPeer } from './widgets.ts'
import { Emitter } from '../../shared/emitter.ts'

interface Shown {
  readonly writer: RunWriter
  readonly slot: Slot
}

/** A run of this page that waits for input. */
export interface InputPrompt {
  readonly cell: CellId
  readonly id: number
  readonly prompt: string
  readonly password: boolean
}

interface QueuedRun {
  readonly cell: CellId
  readonly request: string
  /** Who requested the run, if not this page's person. */
  readonly guest: string | null
  /** Requested together: what is queued behind a cell edited by others waits too. */
  readonly act: object
}

export interface KernelPeerOptions {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly asked: RequestedTexts
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
  private readonly requests: RequestedTexts
  private readonly executor: string
  private readonly person: () => Person
  private readonly keepBlob: (blob: OutputBlob) => void
  /** Issued by this page, or claimed, and not started, in order of request. */
  private wishes: QueuedRun[] = []
  /** Packages to install before a cell's next run. */
  private readonly installs = new Map<CellId, string>()
  private current: RunWriter | null = null
  /** The cell that runs, or ran last: its background tasks may go on. */
  private lastCell: CellId | null = null
  private readonly claims: Claims
  private changed = new Set<CellId>()
  private count = 0
  private asked: InputPrompt | null = null
  private readonly askers = new Emitter<[CellId]>()
  /** Called with the cell whose run started or stopped waiting for input or permission. */
  readonly onAsking = this.askers.on
  private readonly displays = new Map<string, Shown[]>()
  private readonly widgets: WidgetPeer
  private readonly stopObserving: () => void
  private readonly stopKernel: () => void
  private readonly stopPermission: () => void

  constructor({ doc, observer, asked, kernel, executor, person, keepBlob }: KernelPeerOptions) {
    this.doc = doc
    this.requests = asked
    this.keepBlob = keepBlob
    this.kernel = kernel
    this.executor = executor
    this.person = person
    this.widgets = new WidgetPeer(doc, kernel, executor, (text) => this.current?.stream('stderr', text))
    this.claims = new Claims(doc, executor)
    let ends = kernel.ends
    this.stopKernel = kernel.onChange(() => {
      if (kernel.ends !== ends) this.forget()
      ends = kernel.ends
    })
    this.stopPermission = kernel.permission.onChange(() => this.notifyInput(this.lastCell))
    this.stopObserving = observer.onAnyCell((cell, changes) => {
      const waits = this.current === null && this.wishes.some((wish) => wish.cell === cell)
      // Its source may match the request again, or be requested as it is now.
      if (waits && (changes.has('source') || changes.has('head'))) queueMicrotask(() => void this.work())
      if (!changes.has('head')) return
      if (this.current?.cell === cell && this.current.stopRequested) kernel.interrupt()
      if (this.claims.open) this.claimSoon(cell)
    })
  }

  /** Requests runs of the cells, in order, in this page's kernel or a shared one. */
  run(cells: readonly CellId[], to = this.executor): void {
    const act = {}
    // One change for all: the owner of a shared kernel takes it as one.
    this.doc.transact(() => {
      for (const cell of cells) {
        const request = this.requests.ask(cell, { ...byPerson(this.person()), to, at: Date.now() })
        if (request === null) continue
        this.claims.pass(request)
        if (to === this.executor) this.queue({ cell, request, guest: null, act })
      }
    }, 'request' satisfies Origin)
    void this.work()
  }

  /** Runs the cell again in this page's own kernel, after installing that package. */
  install(cell: CellId, project: string): void {
    this.installs.set(cell, project)
    this.run([cell])
  }

  /** The cell that ran last. */
  get ranLast(): CellId | null {
    return this.lastCell
  }

  /** Requested again, a cell keeps its position. */
  private queue(wish: QueuedRun): void {
    const at = this.wishes.findIndex(({ cell, guest }) => cell === wish.cell && guest === wish.guest)
    const before = this.wishes[at]
    if (before === undefined) this.wishes.push(wish)
    else this.wishes[at] = { ...wish, act: before.act }
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
    this.wishes = this.wishes.filter(({ guest }) => guest === null)
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
      const act = {}
      for (const { cell, request, asker } of claims) {
        this.wishes = this.wishes.filter(
          ({ cell: other, guest }) => other !== cell || guest === null || guest === asker,
        )
        this.queue({ cell, request, guest: asker, act })
        this.requests.remember(cell, request)
      }
      if (claims.length > 0) queueMicrotask(() => void this.work())
    })
  }

  /** Whether this page will run the request by itself. */
  issued(request: string): boolean {
    return this.wishes.some((wish) => wish.request === request)
  }

  /** The input that a run of this page waits for. Only this page shows and answers it. */
  get asking(): InputPrompt | null {
    return this.asked
  }

  /** What a cell's code wants to access, while permission is being asked. */
  get wanting(): { readonly cell: CellId; readonly target: string } | null {
    const target = this.kernel.permission.asking
    return target === null || this.lastCell === null ? null : { cell: this.lastCell, target }
  }

  /** Answers the input prompt. */
  type(line: string): void {
    if (this.asked !== null) this.kernel.type(this.asked.id, line)
    this.ask(null)
  }

  private ask(asking: InputPrompt | null): void {
    const cell = (asking ?? this.asked)?.cell
    this.asked = asking
    this.notifyInput(cell ?? null)
  }

  private notifyInput(cell: CellId | null): void {
    if (cell !== null) this.askers.emit(cell)
  }

  /** Something has run since the kernel started. */
  get hasVariables(): boolean {
    return this.count > 0
  }

  /** Runs of this page that have not ended. */
  get pending(): number {
    return this.wishes.length + (this.current === null ? 0 : 1)
  }

  /** Stops the current run and cancels the queue. */
  interrupt(): void {
    this.withdraw()
    this.stopCurrent()
  }

  private stopCurrent(): void {
    // Written to the document if the run is still the cell's, so that everyone sees why it ended; it comes back as a
    // change.
    if (this.current === null || this.current.lost) this.kernel.interrupt()
    else apply(this.doc, { type: 'request-stop', id: this.current.cell })
  }

  async restart(): Promise<void> {
    this.withdraw()
    await this.kernel.restart()
  }

  private forget(): void {
    this.count = 0
    this.displays.clear()
    this.widgets.forget()
  }

  private withdraw(which: (wish: QueuedRun) => boolean = () => true): void {
    const taken = this.wishes.filter(which)
    this.wishes = this.wishes.filter((wish) => !which(wish))
    for (const { cell, request } of taken) apply(this.doc, { type: 'withdraw-request', id: cell, request })
  }

  private nextRun(): QueuedRun | null {
    const held = new Set<object>()
    for (const wish of this.wishes) {
      if (held.has(wish.act)) continue
      const head = readHead(this.doc, wish.cell)
      // Otherwise withdrawn, or requested from another executor since.
      const wanted = head?.request?.id === wish.request && isQueued(head) ? head.request : null
      if (wanted !== null && !isUnchanged(this.doc, wish.cell, wanted)) {
        held.add(wish.act)
        continue
      }
      this.wishes = this.wishes.filter((other) => other !== wish)
      if (wanted !== null) return wish
    }
    return null
  }

  private async work(): Promise<void> {
    if (this.current !== null) return
    for (let wish = this.nextRun(); wish !== null; wish = this.nextRun()) {
      const status = await this.execute(wish)
      // As in Jupyter: a failed cell cancels those queued behind it. Requests of other people do not depend on it.
      const { guest } = wish
      if (status !== 'done') this.withdraw((behind) => behind.guest === guest)
    }
  }

  private async execute({ cell }: QueuedRun): Promise<'done' | 'error' | 'interrupted'> {
    const head = readHead(this.doc, cell)
    const request = head?.request ?? null
    if (head === undefined || request === null) return 'done'
    const { executor: runs } = kindNamed(head.kind)
    if (runs?.type !== 'kernel') {
      // Changed to a note, for example, while queued.
      apply(this.doc, { type: 'withdraw-request', id: cell, request: request.id })
      return 'done'
    }
    const count = ++this.count
    const setup = { request, executor: this.executor, at: Date.now(), count, keepBlob: this.keepBlob }
    const writer = startRun(this.doc, cell, setup, 'kernel')
    if (writer === null) return 'done'
    this.current = writer
    this.start(cell)
    const take = this.taker(writer, count)
    try {
      const install = this.installs.get(cell)
      this.installs.delete(cell)
      const outcome = await this.kernel.run(
        runs.code(writer.source),
        count,
        take,
        install === undefined ? [] : [install],
      )
      if (outcome.lost !== undefined) writer.output(errorLeaf('KernelEnded', outcome.lost, [outcome.lost]))
      writer.finish(outcome.status, Date.now())
      this.widgets.settle()
      return outcome.status
    } finally {
      this.current = null
      this.ask(null)
    }
  }

  /** Pending input or permission of background tasks appears under the cell that runs now. */
  private start(cell: CellId): void {
    const before = this.lastCell
    this.lastCell = cell
    if (this.wanting !== null) for (const each of [before, cell]) this.notifyInput(each)
  }

  /** Turns a run's events into outputs. */
  private taker(writer: RunWriter, count: number): (event: KernelEvent) => void {
    let clearing = false
    const show = (leaf: Leaf, displayId?: string): void => {
      const slot = writer.output(leaf)
      this.widgets.show(leaf)
      if (displayId !== undefined)
        this.displays.set(displayId, [...(this.displays.get(displayId) ?? []), { writer, slot }])
    }
    return (event) => {
      if (event.type === 'comm') return this.widgets.take(event)
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
          const link = openAddress(event.url, this.kernel.permission.permitted === 'allowed')
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
        case 'update-display':
          for (const shown of this.displays.get(event.displayId) ?? [])
            shown.writer.replace(shown.slot, displayLeaf(event.data, event.metadata))
          this.widgets.show(displayLeaf(event.data, event.metadata))
          return
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
    this.withdraw(({ guest }) => guest === null)
    this.wishes = []
    this.kernel.dispose()
  }
}
