// Python from a picture of its memory, which spares it the greater part of its start. The build takes the picture
// (take-snapshot.js) for exactly this version of Pyodide and these files.
import type { loadPyodide, PyodideInterface } from 'pyodide'
import { packagePaths } from './packages.ts'
import { checked } from './snapshot-sum.ts'

/** The file's name under `/pyodide/`; null where the build could not make one. */
declare const __PYODIDE_SNAPSHOT__: string | null

type Load = typeof loadPyodide

const optionsOf = (indexURL: string): { indexURL: string; packageBaseUrl: string } => ({
  indexURL,
  packageBaseUrl: new URL(packagePaths.distribution, indexURL).href,
})

/** The undocumented part of Pyodide that is used here. */
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
  /** Why it had the longer start; null where it came from the snapshot. */
  readonly withoutSnapshot: string | null
}

/** Loads Python from the snapshot or, where that fails for whatever reason, as Pyodide does it. */
export const load = async (loadPyodide: Load, indexURL: string): Promise<Loaded> => {
  try {
    return { pyodide: await restore(loadPyodide, indexURL), withoutSnapshot: null }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return { pyodide: await loadPyodide(optionsOf(indexURL)), withoutSnapshot: reason }
  }
}

const restore = async (loadPyodide: Load, indexURL: string): Promise<PyodideInterface> => {
  if (__PYODIDE_SNAPSHOT__ === null) throw new Error('this build has none')
  // What Python found out about its engine is in its memory, and this one was taken for engines that can.
  if (!('Suspending' in WebAssembly)) throw new Error('this browser cannot switch stacks of WebAssembly')
  const options = {
    ...optionsOf(indexURL),
    _loadSnapshot: fetchSnapshot(new URL(__PYODIDE_SNAPSHOT__, indexURL)),
  }
  const pyodide = await loadPyodide(options)
  freshen(pyodide)
  return pyodide
}

const fetchSnapshot = async (url: URL): Promise<Uint8Array<ArrayBuffer>> => {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url.pathname} answered ${response.status}`)
  return checked(new Uint8Array(await response.arrayBuffer()))
}

/** What must not be as it was when the picture was taken: chance, and the time zone of the machine that took it. */
const freshen = (pyodide: PyodideInterface): void => {
  const { HEAPU32, _timezone, _daylight, _tzname, __tzset_js } = (pyodide as unknown as Internals)._module
  const [standard, summer] = HEAPU32.subarray(_tzname / 4)
  if (standard === undefined || summer === undefined) throw new Error('Python has no time zone')
  // C has looked the zone up once and does not do so again; Python's `time` has copies from its first import.
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
