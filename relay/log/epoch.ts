// Epoch ids. An id begins with its creation time and is later than all earlier ones, so that two can be ordered: a
// browser with a later epoch than the log's shows that an older log was restored.
import { randomUUID } from 'node:crypto'

const digits = 15

/** Milliseconds since 1970; 0 for an older format without a time. */
const madeAt = (epoch: string): number =>
  new RegExp(`^\\d{${digits}}\\.`).test(epoch) ? Number(epoch.slice(0, digits)) : 0

/** Later than all of these, whatever the clock says. */
export const newEpoch = (...before: readonly string[]): string => {
  const time = Math.max(Date.now(), ...before.map((epoch) => madeAt(epoch) + 1))
  return `${String(time).padStart(digits, '0')}.${randomUUID()}`
}

export const isLater = (epoch: string, than: string): boolean => madeAt(epoch) > madeAt(than)
