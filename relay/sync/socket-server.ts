// Accepts sockets: who, for which notebook, with which epoch. A socket that is not allowed is accepted and then closed
// with a code, because a page sees close codes but nothing of a rejected handshake.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import { allows, type Grant } from '../../shared/grant.ts'
import { closeCodes } from '../../shared/protocol.ts'
import { diskReason } from '../disk/disk-errors.ts'
import type { NotebookCatalogue } from '../files/catalogue.ts'
import { messageOf, type Logger } from '../logging/logger.ts'
import {
  clientAddress,
  hostAllowed,
  originAllowed,
  siteAllowed,
  tokenNeeded,
  type Access,
  type Authorize,
} from '../http/security.ts'
import { withoutBasePath } from '../http/base-path.ts'
import { decoded } from '../http/decoded.ts'
import { useOriginForm } from '../http/request-target.ts'
import { grantMessage } from './message.ts'
import type { Rooms } from './rooms.ts'
import { anotherHistory, closeReason, pathReason, SocketSession, type Limits } from './session.ts'

const maxMessage = 64 << 20
const prefix = '/sync/'

export interface SocketServerOptions {
  readonly access: Access
  readonly authorize: Authorize
  readonly catalogue: NotebookCatalogue
  readonly rooms: Rooms
  readonly limits: Limits
  readonly maxSockets: number
  readonly logger: Logger
}

interface Refusal {
  readonly code: number
  readonly reason: string
}

export class SocketServer {
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessage,
    perMessageDeflate: false,
  })

  constructor(private readonly options: SocketServerOptions) {}

  /** For the HTTP server's `upgrade` event. */
  upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    stream.on('error', (error) => this.options.logger.debug('socket error', { reason: error.message }))
    useOriginForm(request)
    if (!hostAllowed(this.options.access, request.headers)) {
      this.options.logger.warn('a socket was rejected', { why: 'wrong host', ...clientAddress(request) })
      return refuse(stream, '403 Forbidden')
    }
    if (this.server.clients.size >= this.options.maxSockets) return refuse(stream, '503 Service Unavailable')
    const target = withoutBasePath(this.options.access.publicAddresses, request.headers, request.url ?? '')
    const address = `http://relay${target ?? ''}`
    const url = URL.canParse(address) ? new URL(address) : null
    if (!url?.pathname.startsWith(prefix)) return refuse(stream, '404 Not Found')
    this.server.handleUpgrade(request, stream, head, (socket) => {
      socket.on('error', (error) => this.options.logger.warn('socket error', { reason: error.message }))
      const grant = this.grant(request, url)
      if ('code' in grant) {
        this.options.logger.warn('a socket was rejected', { why: grant.reason, ...clientAddress(request) })
        return socket.close(grant.code, grant.reason)
      }
      socket.pause()
      this.accept(socket, stream, url, grant).catch((error: unknown) => {
        this.options.logger.error('a notebook could not be opened', { reason: messageOf(error) })
        socket.resume()
        const disk = diskReason(error)
        socket.close(1011, `the notebook could not be opened${disk === null ? '' : `: ${disk}`}`)
      })
    })
  }

  /** Terminates open sockets; send closing frames before. */
  close(): void {
    for (const socket of this.server.clients) socket.terminate()
    this.server.close()
  }

  private grant(request: IncomingMessage, url: URL): Grant | Refusal {
    const { access, authorize } = this.options
    if (!originAllowed(access, request.headers) || !siteAllowed(request.headers))
      return { code: closeCodes.wrongOrigin, reason: 'wrong origin' }
    return authorize(request, url) ?? { code: closeCodes.notAllowed, reason: tokenNeeded }
  }

  private async accept(socket: WebSocket, stream: Duplex, url: URL, grant: Grant): Promise<void> {
    const close = ({ code, reason }: Refusal): void => {
      // A paused socket would not read the other side's closing frame.
      socket.resume()
      socket.close(code, closeReason(reason))
    }
    const epoch = url.searchParams.get('epoch') || null
    const opened = await this.options.catalogue.open(decoded(url.pathname.slice(prefix.length)) ?? '', {
      epoch,
      over: url.searchParams.get('over')?.split(',') ?? [],
      mayWrite: allows(grant.role, 'write'),
    })
    switch (opened.type) {
      case 'missing':
        return close({ code: closeCodes.noSuchNotebook, reason: opened.reason })
      case 'unreadable':
        return close({ code: closeCodes.noSuchNotebook, reason: `the file cannot be read: ${opened.reason}` })
      case 'renamed':
        return close({ code: closeCodes.renamed, reason: pathReason(opened.path) })
      case 'document': {
        const { rooms, limits, logger } = this.options
        return rooms.use(opened.record, (room) => {
          if (socket.readyState !== socket.OPEN) return
          if (epoch !== null && epoch !== room.record.epoch)
            return close({ code: closeCodes.anotherEpoch, reason: anotherHistory })
          const session = new SocketSession({ socket, stream, grant, listener: room, limits, logger })
          room.join(session)
          session.send([grantMessage(grant)])
          socket.resume()
        })
      }
      default:
        throw new Error(`unknown answer ${String(opened satisfies never)}`)
    }
  }
}

const refuse = (stream: Duplex, status: string): void => {
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
