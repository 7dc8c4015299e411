// Where Python runs: a worker in a frame that has no origin (shared/frame-policy.ts), so that the code of a notebook
// reaches nothing of the app's. The page speaks with the worker by a port, and with the frame, which can put things
// into memory that it shares with the worker, while that is busy or waits.
import { toBrowserPath } from '../base-path.ts'
import type { FromFrame, ToFrame } from './frame-protocol.ts'
import type { HostResult } from './host-call.ts'

/** Milliseconds between two signs of life, and how many may fail to come. */
const heartbeatInterval = 5_000
const maxMissedHeartbeats = 4
/** Milliseconds within which the frame is there. */
const patience = 60_000

export interface SandboxEvents {
  /** What the worker says, unparsed. */
  readonly onMessage: (data: unknown) => void
  /** Whether memory is shared with the worker. */
  readonly onStarted: (shared: boolean) => void
  readonly onDeath: (reason: string) => void
}

export class Sandbox {
  /** To the worker; what is posted before it is there waits. */
  readonly port: MessagePort
  private readonly iframe = document.createElement('iframe')
  private readonly control: MessagePort
  private readonly ended = new AbortController()
  private events: SandboxEvents | null = null
  private missed = 0
  /** Who waits until the worker can see what was last permitted. */
  private telling: (() => void)[] = []
  private heartbeat: ReturnType<typeof setInterval> | undefined

  /** Makes the frame at once; the worker is started by `start`. */
  constructor() {
    const [toWorker, toFrame] = [new MessageChannel(), new MessageChannel()]
    this.port = toWorker.port1
    this.control = toFrame.port1
    const { iframe } = this
    // The attribute alone would keep the service worker from serving it: what takes the origin is the header.
    iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin')
    iframe.allow = 'cross-origin-isolated *'
    iframe.style.display = 'none'
    iframe.title = 'Python'
    iframe.src = toBrowserPath('/kernel/frame.html')
    const { signal } = this.ended
    const found = ({ source, origin, data }: MessageEvent<unknown>): void => {
      // A frame that kept an origin was served without its header and gets nothing.
      if (source !== iframe.contentWindow || origin !== 'null' || !isHello(data)) return
      window.removeEventListener('message', found)
      iframe.contentWindow?.postMessage(null, '*', [toFrame.port2, toWorker.port2])
    }
    window.addEventListener('message', found, { signal })
    this.control.addEventListener('message', ({ data }: MessageEvent<FromFrame>) => this.hear(data))
    document.body.append(iframe)
  }

  start(share: boolean, events: SandboxEvents): void {
    this.events = events
    this.port.addEventListener('message', ({ data }: MessageEvent<unknown>) => events.onMessage(data))
    this.port.start()
    this.control.start()
    this.tell({ type: 'start', origin: location.origin, share })
    const late = setTimeout(() => events.onDeath('its frame could not be loaded'), patience)
    this.ended.signal.addEventListener('abort', () => clearTimeout(late))
    this.control.addEventListener('message', () => clearTimeout(late), { once: true })
  }

  private hear(message: FromFrame): void {
    this.missed = 0
    switch (message.type) {
      case 'started':
        this.heartbeat = setInterval(() => this.sendHeartbeat(), heartbeatInterval)
        return this.events?.onStarted(message.shared)
      case 'failed':
        return this.events?.onDeath(message.reason)
      case 'permission-told':
        return this.telling.shift()?.()
      case 'pong':
      case 'kernel-frame':
        return
      default:
        message satisfies never
    }
  }

  /** No event tells of the death of a frame's process. Missed ones are counted, as a machine that slept misses none. */
  private sendHeartbeat(): void {
    if (++this.missed > maxMissedHeartbeats) return this.events?.onDeath('its process is gone')
    this.tell({ type: 'ping' })
  }

  private tell(message: ToFrame): void {
    this.control.postMessage(message)
  }

  interrupt(count: number): void {
    this.tell({ type: 'interrupts', count })
  }

  type(id: number, line: string): void {
    this.tell({ type: 'line', id, line })
  }

  /** To a worker that stands still until it has it. */
  giveNow(id: number, given: HostResult): void {
    this.tell({ type: 'given', id, given })
  }

  /** Settles when the worker can see it. */
  permit(permitted: boolean): Promise<void> {
    this.tell({ type: 'permission', permitted })
    return new Promise((resolve) => this.telling.push(resolve))
  }

  dispose(): void {
    clearInterval(this.heartbeat)
    this.ended.abort()
    this.events = null
    this.port.close()
    this.control.close()
    this.iframe.remove()
  }
}

const isHello = (data: unknown): boolean =>
  typeof data === 'object' &&
  data !== null &&
  'type' in data &&
  data.type === ('kernel-frame' satisfies FromFrame['type'])
