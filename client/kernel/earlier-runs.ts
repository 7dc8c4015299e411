// Earlier kernels of this browser. A page holds a lock named after its kernel while it lives, so that the next page
// knows at once which kernels are gone, and ends their runs.
import { endAbandonedRuns } from '../../shared/notebook/document/run.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import type { OpenNotebook } from '../document/open.ts'
import { now } from '../document/clock.ts'
import { isStrings } from './shapes.ts'

const key = 'llm-notebook.kernels'
const remembered = 50
const lockOf = (executor: string): string => `llm-notebook.kernel.${executor}`

const parseNames = (value: unknown): readonly string[] | null => (isStrings(value) ? value : null)

/** Missing except over https and on localhost: then only the 30 s absence applies. */
const locks = (): LockManager | undefined => navigator.locks

/** Until the returned function is called, or the page ends. */
const hold = (executor: string): (() => void) => {
  let release = (): void => undefined
  const released = new Promise<void>((resolve) => (release = resolve))
  void locks()?.request(lockOf(executor), () => {
    const before = readStored(key, parseNames) ?? []
    writeStored(key, [executor, ...before].slice(0, remembered))
    return released
  })
  return release
}

const goneKernels = async (): Promise<ReadonlySet<string>> => {
  // Read before querying the locks: every kernel listed here held its lock by then.
  const before = locks() === undefined ? [] : (readStored(key, parseNames) ?? [])
  const { held = [] } = (await locks()?.query()) ?? {}
  const alive = new Set(held.map(({ name }) => name))
  return new Set(before.filter((executor) => !alive.has(lockOf(executor))))
}

/** Call when the notebook is opened; call the returned function when it is closed. */
export const endEarlierRuns = (notebook: OpenNotebook): (() => void) => {
  const release = hold(notebook.executor)
  let stop = (): void => undefined
  const begin = async (): Promise<void> => {
    const gone = await goneKernels()
    notebook.presence.markGone(gone)
    // Only once their last writes have arrived: the runs may have ended.
    const settle = (): void => {
      if (!notebook.connected || !notebook.runnable) return
      stop()
      endAbandonedRuns(notebook.doc, (executor) => gone.has(executor), now(), 'kernel')
    }
    stop = notebook.on(settle)
    settle()
  }
  void begin()
  return () => {
    stop()
    release()
  }
}
