// The script of /kernel/frame.html: a page without an origin, whose response headers limit what it can reach, and its
// worker, which inherits them. It passes on what a blocked worker cannot receive as a message.
import type { FromFrame, Memory, ToFrame, WorkerPermission, WorkerStart } from './frame-protocol.ts'
import type { HostResult, SyncHostAnswer } from './host-call.ts'
import { maxLineLength, TypedLine } from './typed-line.ts'

/** The worker's script, inserted by serve-kernel-frame.js. */
const source = '__WORKER__'

/** Characters of a value's JSON that fit into shared memory, with its envelope. */
const longestValue = maxLineLength - 1_000

/** Resolves when its script runs. */
const running = (worker: Worker): Promise<Worker> =>
  new Promise((resolve, reject) => {
    worker.addEventListener('message', () => resolve(worker), { once: true })
    worker.addEventListener(
      'error',
      (event) => {
        event.preventDefault()
        reject(new Error(event.message || 'its script could not be loaded'))
      },
      { once: true },
    )
  })

/** WebKit creates no worker from a blob in a frame with an embedder policy; one from a data: URL shares no memory. */
const startWorker = async (): Promise<{ readonly worker: Worker; readonly mayShare: boolean }> => {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }))
  try {
    return { worker: await running(new Worker(url, { name: 'Python' })), mayShare: crossOriginIsolated }
  } catch {
    const data = `data:text/javascript;charset=utf-8,${encodeURIComponent(source)}`
    return { worker: await running(new Worker(data, { name: 'Python' })), mayShare: false }
  } finally {
    URL.revokeObjectURL(url)
  }
}

const newMemory = (): Memory => ({
  interrupts: new SharedArrayBuffer(4),
  typed: TypedLine.memory(),
  result: TypedLine.memory(),
  permission: new SharedArrayBuffer(4),
})

class Shared {
  private readonly interrupts: Int32Array
  private readonly permission: Int32Array
  private readonly typed: TypedLine
  private readonly result: TypedLine
  private url: string | null = null

  constructor(memory: Memory) {
    this.interrupts = new Int32Array(memory.interrupts)
    this.permission = new Int32Array(memory.permission)
    this.typed = new TypedLine(memory.typed)
    this.result = new TypedLine(memory.result)
  }

  interrupt(count: number): void {
    Atomics.store(this.interrupts, 0, count)
    Atomics.notify(this.interrupts, 0)
  }

  permit(permitted: boolean): void {
    Atomics.store(this.permission, 0, permitted ? 1 : 0)
  }

  type(id: number, line: string): void {
    this.typed.put(id, line)
    // The worker waits on this word for any event.
    Atomics.notify(this.interrupts, 0)
  }

  handle(id: number, result: HostResult): void {
    if (this.url !== null) URL.revokeObjectURL(this.url)
    this.url = null
    this.result.put(id, JSON.stringify(result.ok ? this.answer(result.value) : result))
  }

  private answer(value: (HostResult & { ok: true })['value']): SyncHostAnswer {
    const atUrl = (content: Blob, value: unknown = null): SyncHostAnswer => {
      this.url = URL.createObjectURL(content)
      return { ok: true, value, url: this.url }
    }
    if (value instanceof Uint8Array) return atUrl(new Blob([value]))
    if (value !== null && typeof value === 'object' && 'tag' in value) return atUrl(value.content, value.tag)
    const text = JSON.stringify(value)
    return text.length > longestValue ? atUrl(new Blob([text])) : { ok: true, value, url: null }
  }
}

const serve = (worker: Worker, mayShare: boolean, control: MessagePort, toWorker: MessagePort): void => {
  const send = (message: FromFrame): void => control.postMessage(message)
  let shared: Shared | null = null
  const start = (origin: string, share: boolean): void => {
    const memory = share ? newMemory() : null
    shared = memory && new Shared(memory)
    worker.postMessage({ port: toWorker, origin, memory } satisfies WorkerStart, [toWorker])
    send({ type: 'started', shared: share })
  }
  control.addEventListener('message', ({ data }: MessageEvent<ToFrame>) => {
    switch (data.type) {
      case 'start':
        return start(data.origin, data.share && mayShare)
      case 'interrupts':
        return shared?.interrupt(data.count)
      case 'line':
        return shared?.type(data.id, data.line)
      case 'given':
        return shared?.handle(data.id, data.result)
      case 'permission':
        if (shared === null) worker.postMessage({ permitted: data.permitted } satisfies WorkerPermission)
        else shared.permit(data.permitted)
        return send({ type: 'permission-applied' })
      case 'ping':
        return send({ type: 'pong' })
      default:
        return data satisfies never
    }
  })
  control.start()
}

const begin = async (control: MessagePort, toWorker: MessagePort): Promise<void> => {
  try {
    const { worker, mayShare } = await started
    serve(worker, mayShare, control, toWorker)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    control.postMessage({ type: 'failed', reason } satisfies FromFrame)
  }
}

const started = startWorker()
// Reported to the page once it listens.
started.catch(() => undefined)
window.addEventListener('message', ({ source, ports: [control, toWorker] }) => {
  if (source === parent && control !== undefined && toWorker !== undefined) void begin(control, toWorker)
})
parent.postMessage({ type: 'kernel-frame' } satisfies FromFrame, '*')
