// Runs Python in a worker of a frame without an origin (shared/frame-policy.ts), so that a notebook's code reaches
// nothing of the app. The page talks to the worker over a port, and to the frame, which can write into memory shared
// with the worker while the worker is busy or blocked.
import { toBrowserPath } from '../base-path.ts'
import type { FromFrame, ToFrame } from './frame-protocol.ts'
import type { HostResult } from './host-call.ts'
import { isRecord } from '../../shared/record.ts'

/** Milliseconds between heartbeats, and how many may be missed. */
const heartbeatInterval = 5_000
const maxMissedHeartbeats = 4
/** Milliseconds within which the frame must load. */
const loadTimeout = 60_000

export interface SandboxEvents {
  /** A message of the worker, unparsed. */
  readonly onMessage: (data: unknown) => void
  /** Whether memory is shared with the worker. */
  readonly onStarted: (shared: boolean) => void
  readonly onDeath: (reason: string) => void
}

export class Sandbox {
  /** To the worker; messages posted before it exists are queued. */
  readonly port: MessagePort
  private readonly iframe = document.createElement('iframe')
  private readonly control: MessagePort
  private readonly ended = new AbortController()
  private events: SandboxEvents | null = null
  private missed = 0
  /** Resolvers waiting until the worker can see the permission. */
  private permissionWaiters: (() => void)[] = []
  private heartbeat: ReturnType<typeof setInterval> | undefined

  /** Creates the frame now; `start` starts the worker. */
  constructor() {
    const [toWorker, toFrame] = [new MessageChannel(), new MessageChannel()]
    this.port = toWorker.port1
    this.control = toFrame.port1
    const { iframe } = this
    // The attribute alone would bypass the service worker: the header removes the origin.
    iframe.setAttribute('sandbox', 'allow-scripts allow-same-origin')
    iframe.allow = 'cross-origin-isolated *'
    iframe.style.display = 'none'
    iframe.title = 'Python'
    iframe.src = toBrowserPath('/kernel/frame.html')
    const { signal } = this.ended
    const found = ({ source, origin, data }: MessageEvent<unknown>): void => {
      // A frame that kept its origin was served without the header, and gets nothing.
      if (source !== iframe.contentWindow || origin !== 'null' || !isHello(data)) return
      window.removeEventListener('message', found)
      iframe.contentWindow?.postMessage(null, '*', [toFrame.port2, toWorker.port2])
    }
    window.addEventListener('message', found, { signal })
    this.control.addEventListener('message', ({ data }: MessageEvent<FromFrame>) => this.onFrameMessage(data))
    document.body.append(iframe)
  }

  start(share: boolean, events: SandboxEvents): void {
    this.events = events
    this.port.addEventListener('message', ({ data }: MessageEvent<unknown>) => events.onMessage(data))
    this.port.start()
    this.control.start()
    this.send({ type: 'start', origin: location.origin, share })
    const late = setTimeout(() => events.onDeath('its frame could not be loaded'), loadTimeout)
    this.ended.signal.addEventListener('abort', () => clearTimeout(late))
    this.control.addEventListener('message', () => clearTimeout(late), { once: true })
  }

  private onFrameMessage(message: FromFrame): void {
    this.missed = 0
    switch (message.type) {
      case 'started':
        this.heartbeat = setInterval(() => this.sendHeartbeat(), heartbeatInterval)
        return this.events?.onStarted(message.shared)
      case 'failed':
        return this.events?.onDeath(message.reason)
      case 'permission-applied':
        return this.permissionWaiters.shift()?.()
      case 'pong':
      case 'kernel-frame':
        return
      default:
        message satisfies never
    }
  }

  /**
   * No event reports the death of a frame's process. Missed heartbeats are counted rather than timed, because a
   * suspended machine misses none.
   */
  private sendHeartbeat(): void {
    if (++this.missed > maxMissedHeartbeats) return this.events?.onDeath('its process is gone')
    this.send({ type: 'ping' })
  }

  private send(message: ToFrame): void {
    this.control.postMessage(message)
  }

  interrupt(count: number): void {
    this.send({ type: 'interrupts', count })
  }

  type(id: number, line: string): void {
    this.send({ type: 'line', id, line })
  }

  /** To a worker blocked in a call. */
  sendResult(id: number, result: HostResult): void {
    this.send({ type: 'given', id, result })
  }

  /** Resolves when the worker can see it. */
  permit(permitted: boolean): Promise<void> {
    this.send({ type: 'permission', permitted })
    return new Promise((resolve) => this.permissionWaiters.push(resolve))
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
  isRecord(data) && data['type'] === ('kernel-frame' satisfies FromFrame['type'])
