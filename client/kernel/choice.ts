// Whose Python runs the cells this page asks for: its own, or that of somebody here who shares theirs. When they go or
// take it back, it is this page's own again, and a person is told.
import type { PresenceRoom } from '../document/presence.ts'
import { Emitter } from '../../shared/emitter.ts'

export interface SharedKernel {
  readonly executor: string
  readonly name: string
}

/** Milliseconds a chosen kernel may be away before the choice falls back: a short loss of the network is no leaving. */
const patience = 3_000

export class KernelChoice {
  /** null: this page's own. */
  chosen: SharedKernel | null = null
  /** What became of the last choice, for the person to read. */
  notice = ''
  private readonly presence: PresenceRoom
  private readonly own: string
  private readonly connected: () => boolean
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly stop: () => void

  constructor(presence: PresenceRoom, own: string, connected: () => boolean) {
    this.presence = presence
    this.own = own
    this.connected = connected
    this.stop = presence.onPeople(() => this.check())
  }

  /** Where this page's requests go. */
  get target(): string {
    return this.chosen?.executor ?? this.own
  }

  /** The kernels of others that are shared, each once. */
  sharedKernels(): SharedKernel[] {
    const sharedKernels = new Map<string, SharedKernel>()
    for (const { name, executors, shares, self } of this.presence.people())
      if (shares && !self)
        for (const executor of executors)
          if (executor !== this.own) sharedKernels.set(executor, { executor, name })
    return [...sharedKernels.values()]
  }

  /** null: this page's own. Nothing happens where it is not offered. */
  choose(executor: string | null): void {
    const offer = this.sharedKernels().find((each) => each.executor === executor) ?? null
    if (executor !== null && offer === null) return
    this.set(offer, '')
  }

  /** Something else of whose Python it is, for the person to read. */
  tell(notice: string): void {
    this.set(this.chosen, notice)
  }

  dismiss(): void {
    this.set(this.chosen, '')
  }

  private set(chosen: SharedKernel | null, notice: string): void {
    clearTimeout(this.timer)
    this.timer = undefined
    this.chosen = chosen
    this.notice = notice
    this.changed.emit()
  }

  /** An offline page cannot tell who has left. */
  private check(): void {
    const { chosen } = this
    if (chosen === null) return
    if (this.sharedKernels().some(({ executor }) => executor === chosen.executor)) {
      clearTimeout(this.timer)
      this.timer = undefined
    } else if (this.presence.isHere(chosen.executor)) {
      this.set(null, `${chosen.name} no longer shares the kernel. Your cells run in your own kernel again.`)
    } else this.timer ??= setTimeout(() => this.useOwn(chosen), patience)
  }

  private useOwn({ name }: SharedKernel): void {
    this.timer = undefined
    if (this.connected()) this.set(null, `${name} has left. Your cells run in your own kernel again.`)
    // Looked at again when it is known who is here.
    else
      this.timer = setTimeout(() => {
        this.timer = undefined
        this.check()
      }, patience)
  }

  destroy(): void {
    clearTimeout(this.timer)
    this.stop()
  }
}
