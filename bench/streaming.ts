// A model's reply of 5,000 tokens until five readers have all of it: provider → model peer → document → sockets. The
// model is a server here that speaks chat completions and sends as fast as it can; the floor is a bare `ws` server
// that gets one message a token and sends it to five sockets.
import { apply } from '../shared/notebook/apply.ts'
import { newRequestId } from '../shared/notebook/ids.ts'
import type { CellId } from '../shared/notebook/notebook.ts'
import { cellReply, readHead, visibleCells } from '../shared/notebook/read.ts'
import { Arrivals, joined, socketTo, type Client } from './clients.ts'
import { ModelServer } from './model.ts'
import { promptOf } from './notebooks.ts'
import { closingAll, startFloor, startRelay } from './programs.ts'
import type { Bench } from './row.ts'

const tokens = 5_000
const readers = 5
const rounds = 5
const token = 'word '

/** Resolves when this reader has the whole reply of the run. */
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
    const floor = await keep(startFloor())
    /** When the first token of the last answer was sent. */
    let began = NaN
    const model = await keep(
      ModelServer.start((send, response) => {
        began = Arrivals.now()
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
      const client = await keep(joined(relay, 'tokens.ipynb'))
      const socket = await keep(socketTo(floor))
      socket.on('message', () => bare.arrived())
      clients.push(client)
    }
    const source = await keep(socketTo(floor))

    const rate = (from: number, to: number): number => (tokens * 1_000) / (to - from)
    const ours: number[] = []
    const least: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const [asker] = clients
      const [cell] = asker === undefined ? [] : visibleCells(asker.doc)
      if (asker === undefined || cell === undefined) throw new Error('nobody and nothing to ask')
      const id = newRequestId()
      const all = Promise.all(clients.map((client) => hasAll(client, cell, id)))
      const saw = readHead(asker.doc, cell)?.run?.id ?? null
      apply(asker.doc, {
        type: 'request-run',
        id: cell,
        request: { id, by: 'bench', to: 'model', at: Date.now(), saw },
      })
      await all
      ours.push(rate(began, Arrivals.now()))

      const from = Arrivals.now()
      for (let i = 0; i < tokens; i++) source.send(token)
      least.push(rate(from, await bare.until(round * tokens * readers)))
    }
    return [
      {
        what: `${tokens} tokens to ${readers} readers`,
        unit: 'tokens/s',
        ours,
        floor: { what: 'bare ws, one message a token', samples: least },
      },
    ]
  })
