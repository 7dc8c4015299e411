// Marks the cells that are new to this page's person, until they have been in view for a moment. Only those near the
// viewport are watched: the browser looks at each watched one in every frame.
import type { Unseen } from '../document/unseen.ts'
import type { NbCell } from './nb-cell.ts'

/** Milliseconds in view. */
const look = 2_000

export class NewMarks {
  private readonly near = new Set<NbCell>()
  private readonly timers = new Map<Element, ReturnType<typeof setTimeout>>()
  private readonly observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(this.timers.get(target))
      if (isIntersecting) this.seeSoon(target as NbCell)
    }
  })
  private readonly stopFollowing: () => void

  /** `cells` are the present ones. */
  constructor(
    private readonly unseen: Unseen,
    cells: () => Iterable<NbCell>,
  ) {
    const update = (): void => {
      for (const cell of cells()) {
        const isNew = unseen.has(cell.cell)
        if (isNew === cell.hasAttribute('data-new')) continue
        cell.toggleAttribute('data-new', isNew)
        this.watch(cell)
      }
    }
    update()
    this.stopFollowing = unseen.onChange(update)
  }

  setNear(cell: NbCell, near: boolean): void {
    if (near) this.near.add(cell)
    else this.near.delete(cell)
    this.watch(cell)
  }

  private watch(cell: NbCell): void {
    if (this.near.has(cell) && this.unseen.has(cell.cell)) return this.observer.observe(cell)
    this.observer.unobserve(cell)
    clearTimeout(this.timers.get(cell))
  }

  private seeSoon(cell: NbCell): void {
    const see = (): void => (document.hidden ? this.seeSoon(cell) : this.unseen.see(cell.cell))
    this.timers.set(cell, setTimeout(see, look))
  }

  stop(): void {
    this.stopFollowing()
    this.observer.disconnect()
    for (const timer of this.timers.values()) clearTimeout(timer)
  }
}
