// The kernel as a peer of the document: it sees requests that this page issued, runs them in order and writes what
// comes of it. It obeys nobody else: a request forged through the socket, or restored from storage, is not in the
// set of ids this page issued in its life, and stays queued until a person of this page asks for it anew. While its
// person shares it, it also runs what arrives from others: see claims.ts.
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
import { LiveFrames } from './live-frames.ts'
import { WidgetPeer } from './widgets.ts'
import { Emitter } from '../../shared/emitter.ts'

interface Shown {
  readonly writer: RunWriter
  readonly slot: Slot
}

/** A run of this page that waits for a line. */
export interface InputPrompt {
  readonly cell: CellId
  readonly id: number
  readonly prompt: string
  readonly password: boolean
}

interface QueuedRun {
  readonly cell: CellId
  readonly request: string
  /** Who asked, where it was not this page. */
  readonly guest: string | null
  /** Asked for at once: what stands behind another one's text that waits, waits too. */
  readonly act: object
}

export interface KernelPeerOptions {
  readonly doc: Y.Doc
  readonly observer: CellObserver
  readonly asked: RequestedTexts
  readonly kernel: Kernel
  /** This page's own, by which others know it. */
  readonly executor: string
  /** The name runs are asked for in. */
  readonly person: () => Person
  /** Takes what outputs are about to refer to. */
  readonly keepBlob: (blob: OutputBlob) => void
}

export class KernelPeer {
  readonly kernel: Kernel
  private readonly doc: Y.Doc
  private readonly requests: RequestedTexts
  private readonly executor: string
  private readonly person: () => Person
  private readonly keepBlob: (blob: OutputBlob) => void
  /** Issued by this page, or claimed, and not yet started, in the order of asking. */
  private wishes: QueuedRun[] = []
  /** Packages that a cell is to find when it runs next. */
  private readonly installs = new Map<CellId, string>()
  private current: RunWriter | null = null
  /** Whose code runs, or ran last: what it left in the background goes on. */
  private lastCell: CellId | null = null
  private readonly claims: Claims
  private changed = new Set<CellId>()
  private count = 0
  private asked: InputPrompt | null = null
  private readonly askers = new Emitter<[CellId]>()
  /** Tells of the cell whose run began or ceased to ask or to want something. */
  readonly onAsking = this.askers.on
  private readonly displays = new Map<string, Shown[]>()
  readonly frames: LiveFrames
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
      const waits = this.current === null && this.wishes.some((wish) => wish.cell === cell)
      // Its text may be again what it was, or be asked for as it is now.
      if (waits && (changes.has('source') || changes.has('head'))) queueMicrotask(() => void this.work())
      if (!changes.has('head')) return
      if (this.current?.cell === cell && this.current.stopRequested) kernel.interrupt()
      if (this.claims.open) this.claimSoon(cell)
    })
  }

  /** Asks for the cells to be run, in order, by this page's own Python or by somebody else's that is shared. */
  run(cells: readonly CellId[], to = this.executor): void {
    const act = {}
    // One change for all: whoever shares their Python takes it as one.
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

  /** Runs the cell anew by this page's own Python, which gets that package before. */
  install(cell: CellId, project: string): void {
    this.installs.set(cell, project)
    this.run([cell])
  }

  /** The cell that ran last. */
  get ranLast(): CellId | null {
    return this.lastCell
  }

  /** Asked again, a cell keeps its place. */
  private queue(wish: QueuedRun): void {
    const at = this.wishes.findIndex(({ cell, guest }) => cell === wish.cell && guest === wish.guest)
    const before = this.wishes[at]
    if (before === undefined) this.wishes.push(wish)
    else this.wishes[at] = { ...wish, act: before.act }
  }

  get shared(): boolean {
    return this.claims.open
  }

  /** From now on what others ask of this Python runs here. */
  share(): void {
    this.claims.start()
  }

  /** What others asked for stays asked for, with a button. Python starts anew, as their code may have left anything in it. */
  async stopSharing(): Promise<void> {
    this.claims.stop()
    this.wishes = this.wishes.filter(({ guest }) => guest === null)
    if (this.kernel.status !== 'off') await this.restart()
  }

  /** Once for all the cells that one update touches, so that they keep their order, and before anything is drawn. */
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

  /** Whether this page will run that request by itself, once its turn has come. */
  issued(request: string): boolean {
    return this.wishes.some((wish) => wish.request === request)
  }

  /** What a run of this page asks its person for, while it waits. Nobody else sees or answers it. */
  get asking(): InputPrompt | null {
    return this.asked
  }

  /** What the code of a cell wants to reach, while this page's person is asked whether it may. */
  get wanting(): { readonly cell: CellId; readonly target: string } | null {
    const target = this.kernel.permission.asking
    return target === null || this.lastCell === null ? null : { cell: this.lastCell, target }
  }

  /** Answers what is asked. */
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

  /** Something ran in this Python since it started. */
  get hasVariables(): boolean {
    return this.count > 0
  }

  /** Runs asked of this page that have not ended. */
  get pending(): number {
    return this.wishes.length + (this.current === null ? 0 : 1)
  }

  /** Stops the current run and takes back what waits behind it. */
  interrupt(): void {
    this.withdraw()
    this.stopCurrent()
  }

  private stopCurrent(): void {
    // As a write where the run is still the cell's, so that everyone sees why it ended; it comes back by the document.
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
      // Otherwise withdrawn, or asked of somebody else since.
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
      // As in Jupyter: what stood behind a failed cell counted on it. What somebody else asked for did not.
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
      // It was made a note, say, while it waited.
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

  /** What is still being asked for is asked under the cell that runs now. */
  private start(cell: CellId): void {
    const before = this.lastCell
    this.lastCell = cell
    if (this.wanting !== null) for (const each of [before, cell]) this.notifyInput(each)
  }

  /** Turns the events of one run into outputs. */
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

  /** What the page leaves undone is taken back, but for what others asked of it; Python ends. */
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
