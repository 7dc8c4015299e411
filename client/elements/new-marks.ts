// Marks the cells that are new to this page's person, until they have been in view for a moment. Only those near the
// viewport are watched: the browser looks at each watched one in every frame.
import type { Unseen } from '../document/unseen.ts'
import type { NbCell } from './nb-cell.ts'

/** Milliseconds in view. */
const look = 2_000

interface NewMarks {
  readonly setNear: (cell: NbCell, near: boolean) => void
  readonly stop: () => void
}

/** `cells` are the present ones. */
export const markNew = (unseen: Unseen, cells: () => Iterable<NbCell>): NewMarks => {
  const nearOnes = new Set<NbCell>()
  const timers = new Map<Element, ReturnType<typeof setTimeout>>()
  const seeSoon = (cell: NbCell): unknown =>
    timers.set(
      cell,
      setTimeout(() => (document.hidden ? seeSoon(cell) : unseen.see(cell.cell)), look),
    )
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      clearTimeout(timers.get(target))
      if (isIntersecting) seeSoon(target as NbCell)
    }
  })
  const watch = (cell: NbCell): void => {
    if (nearOnes.has(cell) && unseen.has(cell.cell)) return observer.observe(cell)
    observer.unobserve(cell)
    clearTimeout(timers.get(cell))
  }
  const update = (): void => {
    for (const cell of cells()) {
      const isNew = unseen.has(cell.cell)
      if (isNew === cell.hasAttribute('data-new')) continue
      cell.toggleAttribute('data-new', isNew)
      watch(cell)
    }
  }
  update()
  const stop = unseen.onChange(update)
  return {
    setNear: (cell, near) => {
      if (near) nearOnes.add(cell)
      else nearOnes.delete(cell)
      watch(cell)
    },
    stop: () => {
      stop()
      observer.disconnect()
      for (const timer of timers.values()) clearTimeout(timer)
    },
  }
}
