// Edits between programs: the time until one other program has an edit, and until two hundred have it. The baseline is a
// bare `ws` server with as many sockets that broadcasts every message.
import type { WebSocket } from 'ws'
import { messageSync } from '../shared/protocol.ts'
import { Arrivals, connectClient, openSocket } from './clients.ts'
import { cellsOf } from './notebooks.ts'
import { closingAll, startBareServer, startRelay, type RunningServer } from './programs.ts'
import type { Bench } from './row.ts'

const edits = 300
const fanOuts = 50
const crowd = 200
const warmUp = 20
/** About the size of an update of one character with its framing. */
const bareMessage = new Uint8Array(25)

/** y-protocols: sync step 1 with an empty state vector, and the second byte of an update message. */
const syncRequest = new Uint8Array([messageSync, 0, 1, 0])
const updateType = 2

const isUpdate = (frame: Uint8Array): boolean => frame[0] === messageSync && frame[1] === updateType

/** Opens sockets that only record the arrival of frames selected by `counts`. */
const openSockets = async (
  { served, path, counts }: { served: RunningServer; path: string; counts: (frame: Uint8Array) => boolean },
  size: number,
): Promise<{ readonly arrivals: Arrivals; readonly sockets: readonly WebSocket[] }> => {
  const arrivals = new Arrivals()
  const sockets = await Promise.all(Array.from({ length: size }, () => openSocket(served, path)))
  for (const socket of sockets)
    socket.on('message', (data) => {
      if (counts(data as Buffer)) arrivals.record()
    })
  return { arrivals, sockets }
}

/** Milliseconds from `send` until all receivers have the nth message. */
const measure = async (
  arrivals: Arrivals,
  receivers: number,
  nth: number,
  send: () => void,
): Promise<number> => {
  const from = Arrivals.now()
  send()
  return (await arrivals.until(nth * receivers)) - from
}

export const relay: Bench = () =>
  closingAll(async (keep) => {
    const bareServer = await keep(startBareServer())
    const served = await keep(startRelay({ 'pair.ipynb': cellsOf(''), 'crowd.ipynb': cellsOf('') }))
    const bareSender = await keep(openSocket(bareServer))
    const bareEdit = (): void => bareSender.send(bareMessage)
    const [writer, reader] = [
      await keep(connectClient(served, 'pair.ipynb')),
      await keep(connectClient(served, 'pair.ipynb')),
    ]
    const arrivals = new Arrivals()
    reader.text.observe(() => arrivals.record())
    const one = await openSockets({ served: bareServer, path: '/', counts: () => true }, 1)
    const pair = { ours: [] as number[], bare: [] as number[] }
    for (let nth = 1; nth <= warmUp + edits; nth++) {
      const ours = await measure(arrivals, 1, nth, () => writer.text.insert(writer.text.length, 'x'))
      const bare = await measure(one.arrivals, 1, nth, bareEdit)
      if (nth <= warmUp) continue
      pair.ours.push(ours)
      pair.bare.push(bare)
    }
    for (const socket of one.sockets) socket.terminate()

    const many = await openSockets({ served: bareServer, path: '/', counts: () => true }, crowd)
    const room = await openSockets({ served, path: '/sync/crowd.ipynb', counts: isUpdate }, crowd)
    for (const socket of room.sockets) socket.send(syncRequest)
    const sender = await keep(connectClient(served, 'crowd.ipynb'))
    const fanned = { ours: [] as number[], bare: [] as number[] }
    for (let nth = 1; nth <= fanOuts; nth++) {
      const insert = (): void => sender.text.insert(sender.text.length, 'x')
      fanned.ours.push(await measure(room.arrivals, crowd, nth, insert))
      fanned.bare.push(await measure(many.arrivals, crowd, nth, bareEdit))
    }
    return [
      {
        what: 'edit → other program',
        unit: 'ms',
        ours: pair.ours,
        baseline: { what: 'bare ws', samples: pair.bare },
      },
      {
        what: `edit → last of ${crowd} sockets`,
        unit: 'ms',
        ours: fanned.ours,
        baseline: { what: `bare ws, ${crowd} sockets`, samples: fanned.bare },
      },
    ]
  })
