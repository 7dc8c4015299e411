// The kernel as a peer of the document: it sees requests that this page issued, runs them in order and writes what
// comes of it. It obeys nobody else: a request forged through the socket, or restored from storage, is not in the
// set of ids this page issued in its life, and stays queued until a person of this page asks for it anew.
import type * as Y from 'yjs'
import { apply } from '../../shared/notebook/apply.ts'
import { newRequestId } from '../../shared/notebook/ids.ts'
import { type CellId, type Leaf } from '../../shared/notebook/notebook.ts'
import { type CellObserver } from '../../shared/notebook/observe.ts'
import { displayLeaf, errorLeaf, resultLeaf } from '../../shared/notebook/output.ts'
import { readHead } from '../../shared/notebook/read.ts'
import { startRun, type RunWriter, type Slot } from '../../shared/notebook/run.ts'
import { isQueued } from '../../shared/notebook/status.ts'
import { type Kernel, type KernelEvent } from './kernel.ts'

interface Shown {
  readonly writer: RunWriter
  readonly slot: Slot
}

/** A run of this page that waits for a line. */
export interface Asking {
  readonly cell: CellId
  readonly id: number
  readonly prompt: string
  readonly password: boolean
}

interface Wish {
  readonly cell: CellId
  readonly request: string
}

export class KernelPeer {
  readonly kernel: Kernel
  private readonly doc: Y.Doc
  private readonly executor: string
  private readonly person: () => string
  /** Issued by this page and not yet started, in the order of asking. */
  private wishes: Wish[] = []
  private current: RunWriter | null = null
  private count = 0
  private asked: Asking | null = null
  private readonly askListeners = new Set<(cell: CellId) => void>()
  private readonly displays = new Map<string, Shown[]>()
  private readonly stopObserving: () => void

  /** `person` tells the name runs are asked for in. */
  constructor(doc: Y.Doc, observer: CellObserver, kernel: Kernel, executor: string, person: () => string) {
    this.doc = doc
    this.kernel = kernel
    this.executor = executor
    this.person = person
    this.stopObserving = observer.onAnyCell((cell, changes) => {
      if (changes.has('head') && this.current?.cell === cell && this.current.stopRequested) kernel.interrupt()
    })
  }

  /** Asks this page's own Python to run the cells, in order. */
  run(cells: readonly CellId[]): void {
    for (const cell of cells) {
      const id = newRequestId()
      const saw = readHead(this.doc, cell)?.run?.id ?? null
      const request = { id, by: this.person(), to: this.executor, at: Date.now(), saw }
      if (apply(this.doc, { type: 'request-run', id: cell, request }).ok)
        this.wishes.push({ cell, request: id })
    }
    void this.work()
  }

  /** Whether this page will run that request by itself, once its turn has come. */
  issued(request: string): boolean {
    return this.wishes.some((wish) => wish.request === request)
  }

  /** What a run of this page asks its person for, while it waits. Nobody else sees or answers it. */
  get asking(): Asking | null {
    return this.asked
  }

  /** Tells of the cell whose run began or ceased to ask. */
  onAsking(listener: (cell: CellId) => void): () => void {
    this.askListeners.add(listener)
    return () => this.askListeners.delete(listener)
  }

  /** Answers what is asked. */
  type(line: string): void {
    if (this.asked !== null) this.kernel.type(this.asked.id, line)
    this.ask(null)
  }

  private ask(asking: Asking | null): void {
    const cell = (asking ?? this.asked)?.cell
    this.asked = asking
    if (cell !== undefined) for (const listener of this.askListeners) listener(cell)
  }

  /** Runs asked of this page that have not ended. */
  get pending(): number {
    return this.wishes.length + (this.current === null ? 0 : 1)
  }

  /** Stops the current run and takes back what waits behind it. */
  interrupt(): void {
    this.takeBack()
    // As a write where the run is still the cell's, so that everyone sees why it ended; it comes back by the document.
    if (this.current === null || this.current.lost) this.kernel.interrupt()
    else apply(this.doc, { type: 'request-stop', id: this.current.cell })
  }

  async restart(): Promise<void> {
    this.takeBack()
    this.count = 0
    this.displays.clear()
    await this.kernel.restart()
  }

  private takeBack(): void {
    for (const { cell, request } of this.wishes.splice(0))
      apply(this.doc, { type: 'withdraw-request', id: cell, request })
  }

  private nextWish(): Wish | null {
    for (let wish = this.wishes.shift(); wish !== undefined; wish = this.wishes.shift()) {
      const head = readHead(this.doc, wish.cell)
      // Withdrawn, or asked of somebody else since.
      if (head !== undefined && head.request?.id === wish.request && isQueued(head)) return wish
    }
    return null
  }

  private async work(): Promise<void> {
    if (this.current !== null) return
    for (let wish = this.nextWish(); wish !== null; wish = this.nextWish()) {
      const status = await this.execute(wish)
      // As in Jupyter: what stood behind a failed cell counted on it.
      if (status !== 'done') this.takeBack()
    }
  }

  private async execute({ cell }: Wish): Promise<'done' | 'error' | 'interrupted'> {
    const request = readHead(this.doc, cell)?.request
    if (request === undefined || request === null) return 'done'
    const count = ++this.count
    const setup = { request, executor: this.executor, at: Date.now(), count }
    const writer = startRun(this.doc, cell, setup, 'kernel')
    if (writer === null) return 'done'
    this.current = writer
    const take = this.taker(writer, count)
    try {
      const outcome = await this.kernel.run(writer.source, count, take)
      if (outcome.lost !== undefined) {
        writer.output(errorLeaf('KernelEnded', outcome.lost, [outcome.lost]))
        this.count = 0
        this.displays.clear()
      }
      writer.finish(outcome.status, Date.now())
      return outcome.status
    } finally {
      this.current = null
      this.ask(null)
    }
  }

  /** Turns the events of one run into outputs. */
  private taker(writer: RunWriter, count: number): (event: KernelEvent) => void {
    let clearing = false
    const show = (leaf: Leaf, displayId?: string): void => {
      const slot = writer.output(leaf)
      if (displayId !== undefined)
        this.displays.set(displayId, [...(this.displays.get(displayId) ?? []), { writer, slot }])
    }
    return (event) => {
      if (event.type === 'clear' && event.wait) {
        clearing = true
        return
      }
      if (clearing && event.type !== 'update-display' && event.type !== 'input') {
        clearing = false
        writer.clear()
      }
      switch (event.type) {
        case 'stream':
          return writer.stream(event.name, event.text)
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
          return
        default:
          return event satisfies never
      }
    }
  }

  /** What the page leaves undone is taken back; Python ends. */
  destroy(): void {
    this.stopObserving()
    this.takeBack()
    this.kernel.dispose()
  }
}
