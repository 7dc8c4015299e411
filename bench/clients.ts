// Programs that join a notebook or the bare server, as a bench needs them.
import { WebSocket } from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { cellSource, visibleCells } from '../shared/notebook/read.ts'
import { messageEpoch } from '../shared/protocol.ts'
import type { Served } from './programs.ts'

export interface Client {
  readonly doc: Y.Doc
  /** The text of the first cell. */
  readonly text: Y.Text
  close(): void
}

/** A stock y-websocket client that has the notebook. */
export const joined = async (relay: Served, path: string): Promise<Client> => {
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`ws://127.0.0.1:${relay.port}/sync`, encodeURIComponent(path), doc, {
    WebSocketPolyfill: WebSocket as unknown as typeof globalThis.WebSocket,
    disableBc: true,
  })
  // It would say on the console that it does not know this type.
  provider.messageHandlers[messageEpoch] = () => undefined
  await new Promise<void>((resolve) => provider.once('sync', () => resolve()))
  const [first] = visibleCells(doc)
  const text = first === undefined ? undefined : cellSource(doc, first)
  if (text === undefined) throw new Error(`${path} has no cell`)
  return {
    doc,
    text,
    close: () => {
      provider.destroy()
      provider.awareness.destroy()
      doc.destroy()
    },
  }
}

/** A socket without a document: to the bare server, or with a path to a notebook's room. */
export const socketTo = async ({ port }: Served, path = '/'): Promise<WebSocket> => {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { perMessageDeflate: false })
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  return socket
}

/** Counts what comes; `until` resolves with the time when so many have come. */
export class Arrivals {
  readonly #times: number[] = []
  #wake = (): void => undefined

  /** Now, in milliseconds since 1970 with fractions: the clock of the pages too, see probe.ts. */
  static now(): number {
    return performance.timeOrigin + performance.now()
  }

  arrived(): void {
    this.#times.push(Arrivals.now())
    this.#wake()
  }

  async until(count: number): Promise<number> {
    for (;;) {
      const at = this.#times[count - 1]
      if (at !== undefined) return at
      await new Promise<void>((resolve) => (this.#wake = resolve))
    }
  }
}
