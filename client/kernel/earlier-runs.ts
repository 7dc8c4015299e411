// The kernels this browser had before. A page holds a lock by its kernel's name for as long as it lives, so that the
// next one knows at once which of them are gone for good, and ends what they left running.
import { endAbandonedRuns } from '../../shared/notebook/document/run.ts'
import { readStored, writeStored } from '../settings/browser-store.ts'
import type { OpenNotebook } from '../document/open.ts'

const key = 'llm-notebook.kernels'
const remembered = 50
const lockOf = (executor: string): string => `llm-notebook.kernel.${executor}`

const parseNames = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : null

/** Not there outside of https and loopback: then nobody can tell, and the half minute has to pass. */
const locks = (): LockManager | undefined => navigator.locks

/** Until what it returns is called, or the page ends. */
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
  // Read before it is asked which are held: whoever is in it held theirs by then.
  const before = locks() === undefined ? [] : (readStored(key, parseNames) ?? [])
  const { held = [] } = (await locks()?.query()) ?? {}
  const alive = new Set(held.map(({ name }) => name))
  return new Set(before.filter((executor) => !alive.has(lockOf(executor))))
}

/** Call it when the notebook is opened; what it returns, when it is closed. */
export const endEarlierRuns = (notebook: OpenNotebook): (() => void) => {
  const release = hold(notebook.executor)
  let stop = (): void => undefined
  const begin = async (): Promise<void> => {
    const gone = await goneKernels()
    notebook.presence.knowGone(gone)
    // Only when all is here that they wrote: they may have ended it themselves.
    const settle = (): void => {
      if (!notebook.connected || !notebook.writable) return
      stop()
      endAbandonedRuns(notebook.doc, (executor) => gone.has(executor), Date.now(), 'kernel')
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
