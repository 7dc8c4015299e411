import type { WorkerStart } from './frame-protocol.ts'
import { requestPermissionBy, blockNetwork } from './guard.ts'
import { loadInterpreter, type Interpreter } from './interpreter.ts'
import { OutputLimiter } from './output-limiter.ts'
import { HostClient } from './host-client.ts'
import { Parts } from './parts.ts'
import type { FromWorker, KernelEvent, RunStatus, ToWorker } from './protocol.ts'
import { TypedLine } from './typed-line.ts'

/** Milliseconds between signals for one interrupt, and between alarms that end a slow answer. */
const signalPause = 20
/** Of how many looks for signals in quick succession one reads the clock, which costs as much as all of them. */
const looksPerClock = 4
/** Milliseconds after which text is looked for that was written without a call for a flush, see streams.py. */
const longestFlush = 1_000
const noSharedMemory =
  'input() is not available here: it needs memory shared with Python, which browsers give only to a page that is ' +
  'cross-origin isolated (over https, or on localhost)'

/** Milliseconds between checks for files that a run has written. */
const keepEach = 2_000

declare const self: DedicatedWorkerGlobalScope

let ending = (): void => undefined
// First of all: everything after it can be reached by the notebook's code.
blockNetwork(() => ending())

const begin = ({ data }: MessageEvent<WorkerStart>) => {
  const { port } = data
  const post = (message: FromWorker) => port.postMessage(message)
  ending = () => post({ type: 'dead', reason: 'its worker was closed' })
  serve(data, post).catch((error: unknown) => post({ type: 'dead', reason: String(error) }))
}
self.addEventListener('message', begin, { once: true })
// The frame waits for a message to know that this script runs.
self.postMessage(null)

const serve = async (
  { port, origin, memory }: WorkerStart,
  post: (message: FromWorker) => void,
): Promise<void> => {
  // Without shared memory nobody writes this word, but it serves to sleep on.
  const word = new Int32Array(
    memory?.interrupts ?? new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer,
    0,
    1,
  )
  let seen = 0
  /** When an interrupt that Python has not handled is signalled again: its handler fails if the stack is full. */
  let againAt = Infinity
  /** It is, whether or not Python yields, until the run has finished. */
  let held = false
  /** The last interrupt that was signalled, and when it first was. */
  let newest = 0
  let newestAt = 0
  let run = 0
  let flushDue = 0
  let alarmDue = Infinity
  const typedLine = memory && new TypedLine(memory.typed)
  let flushTimer: ReturnType<typeof setTimeout> | undefined
  let keeping: ReturnType<typeof setInterval> | undefined
  /** The run is to be interrupted, and has not begun in Python. */
  let stopped = false
  let preparing = false
  let looksLeft = 0
  let lastLook = 0

  /** Of each run that has printed: a task of an earlier one may print, also while this one does. */
  const limiters = new Map<number, OutputLimiter>()
  const limiterOf = (of: number): OutputLimiter => {
    const known = limiters.get(of)
    if (known) return known
    const emit = (event: KernelEvent) => post({ type: 'event', run: of, json: JSON.stringify(event) })
    const limiter = new OutputLimiter(emit)
    limiters.set(of, limiter)
    return limiter
  }
  const endText = (): void => {
    for (const limiter of limiters.values()) limiter.end()
    limiters.clear()
  }
  const parts = new Parts()
  const host = new HostClient(post, memory && new TypedLine(memory.result))
  const interrupted = (): boolean => Atomics.load(word, 0) > seen
  requestPermissionBy({
    shared: memory && memory.permission,
    later: (target) => host.ask({ what: 'network', target }),
    now: (target) => {
      if (host.canWait) host.callSync({ what: 'network', target }, interrupted)
      // Ask even so: the next attempt may be allowed.
      else void host.ask({ what: 'network', target })
    },
  })
  // Messages that arrive before Python is loaded.
  const early = (message: ToWorker): void => {
    if (message.type === 'part') parts.came(message)
    else if (message.type === 'given') host.result(message.id, message.result)
  }
  const takeEarly = ({ data }: MessageEvent<ToWorker>): void => early(data)
  port.addEventListener('message', takeEarly)
  port.start()

  const interpreter: Interpreter = await loadInterpreter({
    origin,
    parts,
    host,
    interrupted,
    onProgress: (detail) => post({ type: 'progress', detail }),
    onDeath: (reason) => post({ type: 'dead', reason }),
    onOutput: (name, text) => limiterOf(run).write(name, text),
    pendingSignal() {
      const requested = Atomics.load(word, 0)
      // Python loses an interrupt for a run that it has not been given yet.
      if (requested > seen && !preparing) {
        seen = requested
        const now = performance.now()
        againAt = now + signalPause
        if (requested > newest) newestAt = now
        newest = requested
        return 'interrupt'
      }
      if (--looksLeft > 0) return null
      const now = performance.now()
      looksLeft = now - lastLook < 1 ? looksPerClock : 1
      lastLook = now
      for (const limiter of limiters.values()) limiter.tick(now)
      if (now >= againAt) {
        againAt = now + signalPause
        return 'interrupt'
      }
      if (now < flushDue && now < alarmDue) return null
      flushDue = now + longestFlush
      if (now >= alarmDue) alarmDue = now + signalPause
      return 'alarm'
    },
    bridge: {
      post_text: (name, text, of) => {
        flushDue = performance.now() + longestFlush
        limiterOf(of || run).write(name, text)
      },
      post(json, of) {
        const limiter = limiterOf(of || run)
        // Not parsed: it may be long. The type comes first, see send.py.
        const [, type] = /^\{"type": "([a-z-]+)"/.exec(json) ?? []
        if (type === 'clear') limiter.cleared()
        else if (type === 'display' || type === 'result' || type === 'error') limiter.passed(type)
        post({ type: 'event', run: of || run, json })
      },
      flush_later(milliseconds) {
        flushDue = performance.now() + milliseconds
        flushTimer ??= setTimeout(() => {
          flushTimer = undefined
          interpreter.flush()
        }, milliseconds)
      },
      interrupt_again(hold = false) {
        seen = Atomics.load(word, 0) - 1
        againAt = Infinity
        if (!hold) return
        held = true
        newest = seen
      },
      interrupt_taken() {
        againAt = Infinity
      },
      interrupt_number: () => Math.max(Atomics.load(word, 0), seen),
      interrupt_age: () => performance.now() - newestAt,
      /** Returns early for a signal, and at once if there is an interrupt that was not seen yet. */
      wait_for_interrupt(milliseconds) {
        const signal = Math.max(1, Math.min(alarmDue, againAt) - performance.now())
        Atomics.wait(word, 0, seen, Math.min(milliseconds, signal))
      },
      alarm_in(milliseconds) {
        alarmDue = performance.now() + milliseconds
      },
      no_alarm() {
        alarmDue = Infinity
      },
      no_input: () => (typedLine ? '' : noSharedMemory),
      typed_line: (id) => typedLine?.take(id) ?? undefined,
      finished(status: RunStatus) {
        seen = Atomics.load(word, 0)
        againAt = Infinity
        held = false
        clearInterval(keeping)
        void finish(status)
      },
    },
  })

  const reportFileError = (error: unknown): void =>
    limiterOf(run).write('stderr', `The files of this notebook cannot be accessed: ${String(error)}\n`)

  /** Files are stored before a run is reported as finished. */
  const finish = async (status: RunStatus): Promise<void> => {
    await interpreter.files.keep().catch(reportFileError)
    limiterOf(run).end()
    post({ type: 'finished', run, status })
  }

  const prepare = async ({ code, count, placed, setup }: ToWorker & { type: 'run' }): Promise<void> => {
    preparing = true
    stopped = false
    await interpreter.files.before(placed, code).catch(reportFileError)
    // Files of a long run are stored meanwhile, as far as it lets us. What fails is stored, or reported, when it ends.
    keeping = setInterval(() => {
      interpreter.flush()
      void Promise.allSettled([interpreter.files.keep()])
    }, keepEach)
    try {
      interpreter.start(run, code, count, JSON.stringify(setup))
    } finally {
      preparing = false
    }
    if (stopped) interpreter.interrupt()
  }

  port.addEventListener('message', ({ data: message }: MessageEvent<ToWorker>) => {
    switch (message.type) {
      case 'run':
        seen = message.interrupts
        againAt = Infinity
        held = false
        interpreter.flush() // what background tasks printed before it
        endText()
        run = message.run
        return void prepare(message)
      case 'interrupt':
        if (held) return
        againAt = Infinity
        if (message.interrupts <= seen) return
        seen = message.interrupts
        stopped = preparing
        return interpreter.interrupt()
      case 'comm':
        return interpreter.comm(JSON.stringify(message.message))
      case 'ask': {
        const { id, query } = message
        return post({ type: 'answer', id, json: JSON.stringify(interpreter.answer(query)) })
      }
      case 'part':
      case 'given':
        return early(message)
      default:
        message satisfies never
    }
  })
  port.removeEventListener('message', takeEarly)
  post({ type: 'ready', snapshotError: interpreter.snapshotError })
}
