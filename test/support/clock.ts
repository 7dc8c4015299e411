import type { Schedule } from '../../shared/model/schedule.ts'

/** A clock that tests advance. */
export class Clock {
  private time = 1_700_000_000_000
  private readonly due: { at: number; action: () => void }[] = []

  readonly now = (): number => this.time

  readonly schedule: Schedule = (ms, action) => {
    const entry = { at: this.time + ms, action }
    this.due.push(entry)
    return () => {
      const index = this.due.indexOf(entry)
      if (index >= 0) this.due.splice(index, 1)
    }
  }

  /** Runs everything due within `ms` in order, including what is scheduled in the meantime. */
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const next = this.due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (next === undefined) break
      this.due.splice(this.due.indexOf(next), 1)
      this.time = Math.max(this.time, next.at)
      next.action()
    }
    this.time = end
  }

  get pending(): number {
    return this.due.length
  }
}
