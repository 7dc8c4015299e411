// Restores Python from a memory snapshot, which saves most of its start. The build takes it (take-snapshot.js) for
// exactly this version of Pyodide and these files.
import type { loadPyodide, PyodideInterface } from 'pyodide'
import { checked } from './snapshot-checksum.ts'

type Load = typeof loadPyodide
type Options = NonNullable<Parameters<Load>[0]>

/** The undocumented parts of Pyodide used here. */
interface Internals {
  readonly _module: {
    readonly HEAPU32: Uint32Array
    /** Addresses of C's `timezone`, `daylight` and `tzname`. */
    readonly _timezone: number
    readonly _daylight: number
    readonly _tzname: number
    readonly __tzset_js: (timezone: number, daylight: number, standard: number, summer: number) => void
  }
}

export interface Loaded {
  readonly pyodide: PyodideInterface
  /** Why it started without the snapshot; null if it used it. */
  readonly snapshotError: string | null
}

/** Loads Python from the snapshot or, if that fails for any reason, as Pyodide does. */
export const load = async (
  loadPyodide: Load,
  options: Options,
  snapshot: Promise<Uint8Array<ArrayBuffer>>,
): Promise<Loaded> => {
  try {
    return { pyodide: await restore(loadPyodide, options, snapshot), snapshotError: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { pyodide: await loadPyodide({ ...options }), snapshotError: reason }
  }
}

const restore = async (
  loadPyodide: Load,
  options: Options,
  snapshot: Promise<Uint8Array<ArrayBuffer>>,
): Promise<PyodideInterface> => {
  // Detected engine features are in the memory; this snapshot was taken with stack switching.
  if (!('Suspending' in WebAssembly)) throw new Error('this browser cannot switch stacks of WebAssembly')
  const memory = await snapshot.then(checked)
  const undocumented = { _loadSnapshot: memory }
  const createPyodideModule = withRoom(options.createPyodideModule, memory.byteLength)
  const pyodide = await loadPyodide({ ...options, ...undocumented, createPyodideModule })
  reseed(pyodide)
  return pyodide
}

type CreateModule = NonNullable<Options['createPyodideModule']>

/**
 * Reserves memory: it begins at a fixed size, and restoring does not grow it. The reservation is released before
 * restoring.
 */
const withRoom =
  (create: CreateModule | undefined, size: number): CreateModule =>
  async (settings) => {
    if (create === undefined) throw new Error('Pyodide is given without its module')
    const module = await create(settings)
    const memory = module as unknown as { readonly HEAP8: Int8Array; _malloc(size: number): number }
    while (memory.HEAP8.length < size)
      if (memory._malloc(size - memory.HEAP8.length) === 0) throw new Error('there is too little memory')
    return module
  }

/** Renews what must differ from the snapshot: random state, and the time zone of the machine that took it. */
const reseed = (pyodide: PyodideInterface): void => {
  const { HEAPU32, _timezone, _daylight, _tzname, __tzset_js } = (pyodide as unknown as Internals)._module
  const [standard, summer] = HEAPU32.subarray(_tzname / 4)
  if (standard === undefined || summer === undefined) throw new Error('Python has no time zone')
  // C has read the zone once and does not repeat that; Python's `time` has copies from its first import.
  __tzset_js(_timezone, _daylight, standard, summer)
  const namespace = pyodide.runPython('{}') as { destroy(): void }
  pyodide.runPython(
    `
import random, sys
random.seed()
old = sys.modules.pop("time")
import time
for name in ("timezone", "altzone", "daylight", "tzname"):
    setattr(old, name, getattr(time, name))
sys.modules["time"] = old
`,
    { globals: namespace as never },
  )
  namespace.destroy()
}
