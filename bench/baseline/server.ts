// The baseline server, a separate process like the relay: an HTTP server for bare pages, and a `ws` server that broadcasts
// each message to all other sockets. Exits with the benchmark that forked it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import { bareHeaders, barePages } from './pages.ts'

const server = createServer((request, response) => {
  const page = barePages[request.url ?? '']
  response.writeHead(page === undefined ? 404 : 200, bareHeaders)
  response.end(page)
})
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) =>
  socket.on('message', (data, binary) => {
    for (const other of sockets.clients) if (other !== socket) other.send(data, { binary })
  }),
)
process.on('disconnect', () => process.exit(0))
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
