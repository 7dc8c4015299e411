// While a stack of Python waits (a thread, or a cell that waits for one), Pyodide uses its memory for the running stack.
// The garbage collector reads the frames of all thread states and would find unrelated bytes there: Python ended with
// "memory access out of bounds". So the thread state of a waiting stack has no frames meanwhile; the collector uses them
// only as a hint.

/** Byte offset of `current_frame` in PyThreadState (pystate.h of CPython 3.14). */
const currentFrameAt = 52

/** As WebAssembly imports them. */
type Functions = Record<string, unknown>
interface Saved {
  /** A PyThreadState pointer. */
  readonly threadState: number
}

/** Wraps the imports that suspend and resume a stack. `memory` is WebAssembly's own. */
export const hideWaitingStacks = (env: Functions, memory: () => unknown): void => {
  const { saveState, restoreState } = env
  if (!isFunction(saveState) || !isFunction(restoreState)) throw new Error('Pyodide puts no stacks aside')
  const frames = new WeakMap<object, number>()
  /** Sets the current frame of a thread state; returns the old one. */
  const exchange = ({ threadState }: Saved, frame: number): number => {
    const shared = memory()
    if (!(shared instanceof WebAssembly.Memory)) throw new Error('Python has no memory')
    const view = new DataView(shared.buffer)
    const at = threadState + currentFrameAt
    const old = view.getUint32(at, true)
    view.setUint32(at, frame, true)
    return old
  }
  env['saveState'] = (): unknown => {
    const saved = saveState()
    if (isSaved(saved)) frames.set(saved, exchange(saved, 0))
    return saved
  }
  env['restoreState'] = (saved: Saved): void => {
    const frame = frames.get(saved)
    if (frame !== undefined) exchange(saved, frame)
    restoreState(saved)
  }
}

const isFunction = (value: unknown): value is (...given: readonly unknown[]) => unknown =>
  typeof value === 'function'

const isSaved = (value: unknown): value is Saved =>
  typeof value === 'object' &&
  value !== null &&
  'threadState' in value &&
  typeof value.threadState === 'number'
