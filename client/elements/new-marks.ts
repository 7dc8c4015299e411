// Marks the cells that are new to this page's person, until they have been in view for a moment.
import type { Unseen } from '../document/unseen.ts'
import type { NbCell } from './nb-cell.ts'

/** Milliseconds in view. */
const look = 2_000

/** `cells` are the present ones. Returns a function that ends it. */
export const markNew = (unseen: Unseen, cells: () => Iterable<NbCell>): (() => void) => {
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target))
      if (isIntersecting)
        timers.set(
          target,
          setTimeout(() => see(target as NbCell), look),
        )
    }
  })
  const see = (cell: NbCell): void => {
    if (document.hidden)
      timers.set(
        cell,
        setTimeout(() => see(cell), look),
      )
    else unseen.see(cell.cell)
  }
  const update = (): void => {
    for (const cell of cells()) {
      const isNew = unseen.has(cell.cell)
      if (isNew === cell.hasAttribute('data-new')) continue
      cell.toggleAttribute('data-new', isNew)
      if (isNew) observer.observe(cell)
      else observer.unobserve(cell)
    }
  }
  update()
  const stop = unseen.onChange(update)
  return () => {
    stop()
    observer.disconnect()
    for (const timer of timers.values()) clearTimeout(timer)
  }
}
