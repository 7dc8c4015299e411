import type { PyodideInterface } from 'pyodide'
import { NotebookFiles } from './files.ts'
import { libraryFolder } from './library.js'
import type { HostClient } from './host-client.ts'
import { packageBridge, type PackageBridge } from './packages.ts'
import { loadFrom, type Parts } from './parts.ts'
import type { Answers } from './answers.ts'
import type { Query, RunStatus } from './protocol.ts'

/** What Python calls, as the module `notebook_bridge`. */
export interface Bridge {
  /** `run`: the run it is of; 0 for the latest. */
  post_text(name: 'stdout' | 'stderr', text: string, run: number): void
  /** A KernelEvent as JSON. */
  post(json: string, run: number): void
  /** Requests a flush after this many ms, by timer or, if Python is busy, by alarm. */
  flush_later(milliseconds: number): void
  /** Signals the last interrupt again as soon as possible; `held`: as a new one, and until the run has finished. */
  interrupt_again(held?: boolean): void
  /** The last interrupt was handled; until then, or until Python yields, it is signalled repeatedly. */
  interrupt_taken(): void
  /** Milliseconds since the last interrupt was first signalled. */
  interrupt_age(): number
  interrupt_number(): number
  wait_for_interrupt(milliseconds: number): void
  /** An alarm after this many ms, repeated until `no_alarm`. */
  alarm_in(milliseconds: number): void
  no_alarm(): void
  /** Why no input can be requested now; empty if it can. */
  no_input(): string
  typed_line(id: number): string | undefined
  finished(status: RunStatus): void
}

export interface Interpreter {
  /** See Loaded. */
  readonly snapshotError: string | null
  /** `setup`: a RunSetup as JSON. */
  start(run: number, code: string, count: number, setup: string): void
  interrupt(): void
  flush(): void
  /** A CommMessage as JSON. */
  comm(json: string): void
  readonly files: NotebookFiles
  answer(query: Query): Answers[keyof Answers] | null
}

export interface InterpreterOptions {
  /** The page's origin, which has the packages. */
  readonly origin: string
  readonly parts: Parts
  readonly host: HostClient
  readonly bridge: Bridge
  readonly onProgress: (detail: string) => void
  /** The interpreter crashed and cannot be used any more. */
  readonly onDeath: (reason: string) => void
  /** Text that C code wrote to the file descriptors, bypassing Python's streams. */
  readonly onOutput: (name: 'stdout' | 'stderr', text: string) => void
  /** Called every few microseconds while Python is busy. */
  readonly pendingSignal: () => 'interrupt' | 'alarm' | null
  /** Whether there is an interrupt that Python has not seen. */
  readonly interrupted: () => boolean
}

interface OwnBridge {
  readonly protect_stack: () => void
  /** Whether files came or went; see NotebookFiles. */
  readonly new_names: () => boolean
}

/** The undocumented parts of Pyodide used here. */
interface Internals {
  readonly _api: { on_fatal?: (error: unknown) => void }
  readonly _module: {
    _PyThreadState_Get(): number
    stackSave(): number
    _PyUnstable_ThreadState_SetStackProtection(thread: number, start: number, size: number): number
  }
}

/**
 * Python limits the stack of C code to 5 MB, but the browser's stack is full long before, which kills Python. With this
 * limit in bytes it is a RecursionError first (a self-containing list still killed Python at 192 KiB), and large
 * imports fit (sympy's does not fit into 104 KiB).
 */
const stackSize = 144 * 1024

const protectStack = ({ _module }: Internals): void => {
  const top = _module.stackSave()
  _module._PyUnstable_ThreadState_SetStackProtection(_module._PyThreadState_Get(), top - stackSize, stackSize)
}

const signalNumbers = { interrupt: 2, alarm: 14 } as const

export const loadInterpreter = async (options: InterpreterOptions): Promise<Interpreter> => {
  const { origin, parts, host, bridge, onProgress, onDeath, onOutput, pendingSignal } = options
  const { pyodide, snapshotError } = await loadFrom(parts, origin, () => {
    const signal = pendingSignal()
    return signal === null ? 0 : signalNumbers[signal]
  })
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

  const packages = packageBridge(pyodide, onProgress, host, origin)
  if (snapshotError !== null) pyodide.runPython(`import sys; sys.path.append('${libraryFolder}')`)
  const python = pyodide.pyimport('notebook_kernel.run') as Omit<Interpreter, 'files' | 'snapshotError'> & {
    start_python(worker: Bridge & PackageBridge & OwnBridge): void
  }
  const files = mountFiles(pyodide, options)
  python.start_python({
    ...bridge,
    ...packages,
    protect_stack: () => protectStack(internals),
    new_names: () => files.newNames(),
  })

  // Makes Python ask for signals. Nothing is ever in it, see parts.ts.
  pyodide.setInterruptBuffer(new Int32Array(1))
  const batch = pyodide.pyimport('notebook_kernel.streams').batch as { flush(): void }
  const queries = pyodide.pyimport('notebook_kernel.queries') as { answer(question: string): string }
  return {
    snapshotError,
    start: (run, code, count, setup) => python.start(run, code, count, setup),
    interrupt: () => python.interrupt(),
    flush: () => batch.flush(),
    comm: (json) => python.comm(json),
    files,
    answer: (query) => JSON.parse(queries.answer(JSON.stringify(query))) as Answers[keyof Answers] | null,
  }
}

/**
 * Makes the notebook's folder the working and import folder. Compiled bytecode is not kept: it would stand for a file
 * that was changed within the same second.
 */
const mountFiles = (pyodide: PyodideInterface, options: InterpreterOptions): NotebookFiles => {
  pyodide.runPython("import sys; sys.path.insert(0, ''); sys.dont_write_bytecode = True; del sys")
  return new NotebookFiles(pyodide.FS, options.host, {
    report: (text) => options.onOutput('stderr', text),
    interrupted: options.interrupted,
  })
}
