// The kernel that runs this page's cells: its own, or one that somebody present shares. If the owner leaves or stops
// sharing, the page's own is used again, and the person is notified.
import type { PresenceRoom } from '../document/presence.ts'
import { Emitter } from '../../shared/emitter.ts'

export interface SharedKernel {
  readonly executor: string
  readonly name: string
}

/** Milliseconds a chosen kernel may be absent before the choice falls back: a short network failure is not leaving. */
const absenceTimeout = 3_000

export class KernelChoice {
  /** Null: this page's own. */
  chosen: SharedKernel | null = null
  /** A notice about the last choice. */
  notice = ''
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly changed = new Emitter()
  readonly onChange = this.changed.on
  private readonly stop: () => void

  constructor(
    private readonly presence: PresenceRoom,
    private readonly own: string,
    private readonly connected: () => boolean,
  ) {
    this.stop = presence.onPeople(() => this.check())
  }

  /** The executor for this page's requests. */
  get target(): string {
    return this.chosen?.executor ?? this.own
  }

  /** The kernels that others share, without duplicates. */
  sharedKernels(): SharedKernel[] {
    const sharedKernels = new Map<string, SharedKernel>()
    for (const { name, executors, shares, self } of this.presence.people())
      if (shares && !self)
        for (const executor of executors)
          if (executor !== this.own) sharedKernels.set(executor, { executor, name })
    return [...sharedKernels.values()]
  }

  /** Null: this page's own. Ignored if the kernel is not offered. */
  choose(executor: string | null): void {
    const offer = this.sharedKernels().find((each) => each.executor === executor) ?? null
    if (executor !== null && offer === null) return
    this.set(offer, '')
  }

  showNotice(notice: string): void {
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

  /** An offline page cannot know who has left. */
  private check(): void {
    const { chosen } = this
    if (chosen === null) return
    if (this.sharedKernels().some(({ executor }) => executor === chosen.executor)) {
      clearTimeout(this.timer)
      this.timer = undefined
    } else if (this.presence.isHere(chosen.executor)) {
      this.set(null, `${chosen.name} no longer shares the kernel. Your cells run in your own kernel again.`)
    } else this.timer ??= setTimeout(() => this.useOwn(chosen), absenceTimeout)
  }

  private useOwn({ name }: SharedKernel): void {
    this.timer = undefined
    if (this.connected()) this.set(null, `${name} has left. Your cells run in your own kernel again.`)
    // Checked again once connected.
    else
      this.timer = setTimeout(() => {
        this.timer = undefined
        this.check()
      }, absenceTimeout)
  }

  destroy(): void {
    clearTimeout(this.timer)
    this.stop()
  }
}
