// Names of histories. A name begins with the time it was given and is later than what went before, so that of two one
// can tell which came first: who holds a later history than the log does shows that an older log was put back.
import { randomUUID } from 'node:crypto'

const digits = 15

/** Milliseconds since 1970; 0 for a name of before there was a time in them. */
const madeAt = (epoch: string): number =>
  new RegExp(`^\\d{${digits}}\\.`).test(epoch) ? Number(epoch.slice(0, digits)) : 0

/** Later than all of these, whatever the clock says. */
export const newEpoch = (...before: readonly string[]): string => {
  const time = Math.max(Date.now(), ...before.map((epoch) => madeAt(epoch) + 1))
  return `${String(time).padStart(digits, '0')}.${randomUUID()}`
}

export const isLater = (epoch: string, than: string): boolean => madeAt(epoch) > madeAt(than)
