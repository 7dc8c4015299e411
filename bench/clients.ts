// Clients of the relay and of the baseline server.
import { WebSocket } from 'ws'
import type { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { cellSource, visibleCells } from '../shared/notebook/document/read.ts'
import { messageEpoch, messageForbidden, messageGrant } from '../shared/protocol.ts'
import type { RunningServer } from './programs.ts'

export interface Client {
  readonly doc: Y.Doc
  readonly awareness: Awareness
  /** The text of the first cell. */
  readonly text: Y.Text
  close(): void
}

/** A stock y-websocket client that is synced. */
export const connectClient = async (
  relay: RunningServer,
  path: string,
  socket: new (address: string, protocols?: string[]) => WebSocket = WebSocket,
): Promise<Client> => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://127.0.0.1:${relay.port}/sync`, encodeURIComponent(path), doc, {
    WebSocketPolyfill: socket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  // A stock client would log an error for these message types.
  for (const type of [messageEpoch, messageGrant, messageForbidden])
    provider.messageHandlers[type] = () => undefined
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  const [first] = visibleCells(doc)
  const text = first === undefined ? undefined : cellSource(doc, first)
  if (text === undefined) throw new Error(`${path} has no cell`)
  return {
    doc,
    awareness: provider.awareness,
    text,
    close: () => {
      provider.destroy()
      provider.awareness.destroy()
      doc.destroy()
    },
  }
}

/** A plain socket to the baseline server or, with a path, to a notebook's room. */
export const openSocket = async ({ port }: RunningServer, path = '/'): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

/** Records the times of arrivals; `until` resolves with the time of the n-th. */
export class Arrivals {
  private readonly times: number[] = []
  private wake = (): void => undefined

  /** Milliseconds since 1970 with fractions, by the same clock as in pages (see probe.ts). */
  static now(): number {
    return performance.timeOrigin + performance.now()
  }

  record(): void {
    this.times.push(Arrivals.now())
    this.wake()
  }

  async until(count: number): Promise<number> {
    for (;;) {
      const at = this.times[count - 1]
      if (at !== undefined) return at
      await new Promise<void>((resolve) => (this.wake = resolve))
    }
  }
}
