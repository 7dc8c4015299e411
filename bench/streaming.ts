// Streaming a reply of 5,000 tokens until five readers have all of it: provider → model peer → document → sockets. The model
// is a local server with a chat completions API that sends as fast as possible. The baseline is a bare `ws` server that gets
// one message per token and sends it to five sockets.
import { apply } from '../shared/notebook/document/apply.ts'
import { newRequestId } from '../shared/notebook/ids.ts'
import type { CellId } from '../shared/notebook/notebook.ts'
import { cellReply, readHead, visibleCells } from '../shared/notebook/document/read.ts'
import { Arrivals, connectClient, openSocket, type Client } from './clients.ts'
import { ModelServer } from './model.ts'
import { promptOf } from './notebooks.ts'
import { closingAll, startBareServer, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const tokens = 5_000
const readers = 5
const rounds = 5
const token = 'word '

/** Resolves when this reader has the complete reply of the run. */
const hasAll = ({ doc }: Client, cell: CellId, run: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      const head = readHead(doc, cell)
      if (head?.run?.id !== run || head.status === 'running') return
      doc.off('update', look)
      const length = cellReply(doc, cell)?.length ?? 0
      if (head.status === 'done' && length === tokens * token.length) resolve()
      else reject(new Error(`the reply ended as ${String(head.status)} with ${length} characters`))
    }
    doc.on('update', look)
  })

export const streaming: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    /** When the first token of the current reply was sent. */
    let firstToken = NaN
    const model = await keep(
      ModelServer.start((send, response) => {
        firstToken = Arrivals.now()
        for (let i = 0; i < tokens; i++) send({ content: token })
        send({}, 'stop')
        response.end('data: [DONE]\n\n')
      }),
    )
    const env = { LLM_BASE_URL: model.address, LLM_MODEL: 'bench' }
    const relay = await keep(startRelay({ 'tokens.ipynb': promptOf('Tell me') }, env))
    const clients: Client[] = []
    const bare = new Arrivals()
    for (let i = 0; i < readers; i++) {
      const client = await keep(connectClient(relay, 'tokens.ipynb'))
      const socket = await keep(openSocket(bareServer))
      socket.on('message', () => bare.record())
      clients.push(client)
    }
    const source = await keep(openSocket(bareServer))

    const rate = (from: number, to: number): number => (tokens * 1_000) / (to - from)
    const ours: number[] = []
    const baseline: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const [requester] = clients
      const [cell] = requester === undefined ? [] : visibleCells(requester.doc)
      if (requester === undefined || cell === undefined) throw new Error('no client or no cell')
      const id = newRequestId()
      const all = Promise.all(clients.map((client) => hasAll(client, cell, id)))
      const saw = readHead(requester.doc, cell)?.run?.id ?? null
      apply(requester.doc, {
        type: 'request-run',
        id: cell,
        request: { id, by: 'bench', to: 'model', at: Date.now(), saw },
      })
      await all
      ours.push(rate(firstToken, Arrivals.now()))

      const start = Arrivals.now()
      for (let i = 0; i < tokens; i++) source.send(token)
      baseline.push(rate(start, await bare.until(round * tokens * readers)))
    }
    return [
      {
        what: `${tokens} tokens to ${readers} readers`,
        unit: 'tokens/s',
        ours,
        baseline: { what: 'bare ws, one message per token', samples: baseline },
      },
    ]
  })
