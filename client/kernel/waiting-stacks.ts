// Where a stack of Python waits (a thread, or a cell that waits for one), Pyodide lends its memory to the stack that
// runs. The garbage collector looks at the frames of all thread states, and would find somebody else's bytes there:
// Python ended with "memory access out of bounds". So the thread state of a waiting stack has no frames meanwhile. The
// collector takes them only as a hint of what is alive.

/** Byte offset of `current_frame` in PyThreadState (pystate.h of CPython 3.14). */
const currentFrameAt = 52

/** As WebAssembly imports them. */
type Functions = Record<string, unknown>
interface Saved {
  /** A PyThreadState pointer. */
  readonly threadState: number
}

/** Wraps what WebAssembly calls to put a stack aside and to take it back. `memory` is WebAssembly's own. */
export const hideWaitingStacks = (env: Functions, memory: () => unknown): void => {
  const { saveState, restoreState } = env
  if (!isFunction(saveState) || !isFunction(restoreState)) throw new Error('Pyodide puts no stacks aside')
  const frames = new WeakMap<object, number>()
  /** Of the frame where the stack waits: the old value. */
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
