import type { PyodideInterface } from 'pyodide'
import { NotebookFiles } from './files.ts'
import { libraryFolder } from './library.js'
import type { HostClient } from './host-client.ts'
import { packageBridge, type PackageBridge } from './packages.ts'
import { loadFrom, type Parts } from './parts.ts'
import type { Answers, Query, RunStatus } from './protocol.ts'

/** What Python calls of us, as the module `notebook_bridge`. */
export interface Bridge {
  post_text(name: 'stdout' | 'stderr', text: string): void
  /** A KernelEvent as JSON. */
  post(json: string): void
  /** Calls for a flush in about so many ms, by timer or, if Python is busy, by alarm. */
  flush_later(milliseconds: number): void
  /** Signals the last interrupt anew at the next chance. */
  interrupt_again(): void
  /** The last interrupt was acted on; until then it is signalled again and again. */
  interrupt_taken(): void
  wait_for_interrupt(milliseconds: number): void
  /** An alarm after so many ms, and again and again until `no_alarm`. */
  alarm_in(milliseconds: number): void
  no_alarm(): void
  /** Why nobody can be asked for a line of text now; empty where somebody can. */
  no_input(): string
  /** What was typed for the input of that id, once it was. */
  typed_line(id: number): string | undefined
  finished(status: RunStatus): void
}

export interface Interpreter {
  /** See Loaded. */
  readonly withoutSnapshot: string | null
  /** `prelude`: a Prelude as JSON. */
  start(code: string, count: number, setup: string): void
  interrupt(): void
  flush(): void
  /** A CommMessage as JSON. */
  comm(json: string): void
  readonly files: NotebookFiles
  answer(query: Query): Answers[keyof Answers] | null
}

export interface InterpreterOptions {
  /** The page's origin, at which the packages are. */
  readonly origin: string
  readonly parts: Parts
  readonly outside: HostClient
  readonly bridge: Bridge
  readonly onProgress: (detail: string) => void
  /** The interpreter broke; nothing can be asked of it any more. */
  readonly onDeath: (reason: string) => void
  /** Text that C code wrote to the file descriptors, past Python's streams. */
  readonly onOutput: (name: 'stdout' | 'stderr', text: string) => void
  /** Asked each few microseconds while Python is busy. */
  readonly pendingSignal: () => 'interrupt' | 'alarm' | null
  /** Whether there is an interrupt that Python has not seen. */
  readonly interrupted: () => boolean
}

/** The undocumented part of Pyodide that is used here. */
interface Internals {
  readonly _api: { on_fatal?: (error: unknown) => void }
  readonly _module: {
    _PyThreadState_Get(): number
    stackSave(): number
    _PyUnstable_ThreadState_SetStackProtection(thread: number, start: number, size: number): number
  }
}

/**
 * Python counts what C code takes of its own stack, of which there are 5 MB, but the browser's is full long before and
 * ends Python. With so many bytes it is a RecursionError first (a list in itself still ended Python with
 * 192 KiB), and large imports fit (sympy's does not into 104 KiB).
 */
const stackSize = 144 * 1024

const protectStack = ({ _module }: Internals): void => {
  const top = _module.stackSave()
  _module._PyUnstable_ThreadState_SetStackProtection(_module._PyThreadState_Get(), top - stackSize, stackSize)
}

const signalNumbers = { interrupt: 2, alarm: 14 } as const

export const loadInterpreter = async (options: InterpreterOptions): Promise<Interpreter> => {
  const { origin, parts, outside, bridge, onProgress, onDeath, onOutput, pendingSignal } = options
  const { pyodide, withoutSnapshot } = await loadFrom(parts, origin)
  const internals = pyodide as unknown as Internals
  internals._api.on_fatal = (error) => onDeath(String(error))

  for (const [name, fileOutput] of [
    ['stdout', pyodide.setStdout],
    ['stderr', pyodide.setStderr],
  ] as const) {
    const decoder = new TextDecoder()
    fileOutput({
      write(bytes) {
        onOutput(name, decoder.decode(bytes, { stream: true }))
        return bytes.length
      },
    })
  }
  pyodide.setStdin({ error: true })

  const packages = packageBridge(pyodide, onProgress, outside, origin)
  if (withoutSnapshot !== null) pyodide.runPython(`import sys; sys.path.append('${libraryFolder}')`)
  const python = pyodide.pyimport('notebook_kernel.run') as Omit<Interpreter, 'files' | 'withoutSnapshot'> & {
    start_python(worker: Bridge & PackageBridge & { readonly protect_stack: () => void }): void
  }
  python.start_python({ ...bridge, ...packages, protect_stack: () => protectStack(internals) })

  // Pyodide reads element 0 and writes 0 back. Read and taken here in one step, no interrupt can fall in between.
  const signals = {
    get 0() {
      const signal = pendingSignal()
      return signal === null ? 0 : signalNumbers[signal]
    },
    set 0(_: number) {},
  }
  pyodide.setInterruptBuffer(signals as unknown as Int32Array)
  const batch = pyodide.pyimport('notebook_kernel.streams').batch as { flush(): void }
  const queries = pyodide.pyimport('notebook_kernel.queries') as { answer(question: string): string }
  return {
    withoutSnapshot,
    start: (code, count, setup) => python.start(code, count, setup),
    interrupt: () => python.interrupt(),
    flush: () => batch.flush(),
    comm: (json) => python.comm(json),
    files: mountFiles(pyodide, options),
    answer: (query) => JSON.parse(queries.answer(JSON.stringify(query))) as Answers[keyof Answers] | null,
  }
}

/** Python works in the notebook's folder, and imports what lies there; what it compiles of it stays in memory. */
const mountFiles = (pyodide: PyodideInterface, options: InterpreterOptions): NotebookFiles => {
  pyodide.runPython("import sys; sys.path.insert(0, ''); sys.pycache_prefix = '/tmp/notebook-cache'; del sys")
  const modules = pyodide.pyimport('importlib') as { invalidate_caches(): void }
  return new NotebookFiles(pyodide.FS, options.outside, {
    onNames: () => modules.invalidate_caches(),
    say: (text) => options.onOutput('stderr', text),
    interrupted: options.interrupted,
  })
}
