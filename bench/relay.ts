// The relay between programs: an edit until another program has it, and until two hundred have it. The floor is a
// bare `ws` server with as many sockets, which sends on what it gets.
import type { WebSocket } from 'ws'
import { messageSync } from '../shared/protocol.ts'
import { Arrivals, joined, socketTo } from './clients.ts'
import { cellsOf } from './notebooks.ts'
import { closingAll, startFloor, startRelay, type Served } from './programs.ts'
import type { Bench } from './row.ts'

const edits = 300
const fanOuts = 50
const crowd = 200
const warmUp = 20
/** About what an update of one character weighs with its frame. */
const bareMessage = new Uint8Array(25)

/** y-protocols: sync step 1 with an empty state vector, and the second byte of a message that is an update. */
const askForAll = new Uint8Array([messageSync, 0, 1, 0])
const updateType = 2

const isUpdate = (frame: Uint8Array): boolean => frame[0] === messageSync && frame[1] === updateType

/** Sockets that only count what comes; `counts` says whether a frame is one. */
const gather = async (
  { served, path, counts }: { served: Served; path: string; counts: (frame: Uint8Array) => boolean },
  size: number,
): Promise<{ readonly arrivals: Arrivals; readonly sockets: readonly WebSocket[] }> => {
  const arrivals = new Arrivals()
  const sockets = await Promise.all(Array.from({ length: size }, () => socketTo(served, path)))
  for (const socket of sockets)
    socket.on('message', (data) => {
      if (counts(data as Buffer)) arrivals.arrived()
    })
  return { arrivals, sockets }
}

/** Milliseconds from `send` until `receivers` more have arrived. */
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
    const floor = await keep(startFloor())
    const served = await keep(startRelay({ 'pair.ipynb': cellsOf(''), 'crowd.ipynb': cellsOf('') }))
    const bareSender = await keep(socketTo(floor))
    const bareEdit = (): void => bareSender.send(bareMessage)
    const [writer, reader] = [
      await keep(joined(served, 'pair.ipynb')),
      await keep(joined(served, 'pair.ipynb')),
    ]
    const heard = new Arrivals()
    reader.text.observe(() => heard.arrived())
    const one = await gather({ served: floor, path: '/', counts: () => true }, 1)
    const pair = { ours: [] as number[], bare: [] as number[] }
    for (let nth = 1; nth <= warmUp + edits; nth++) {
      const ours = await measure(heard, 1, nth, () => writer.text.insert(writer.text.length, 'x'))
      const bare = await measure(one.arrivals, 1, nth, bareEdit)
      if (nth <= warmUp) continue
      pair.ours.push(ours)
      pair.bare.push(bare)
    }
    for (const socket of one.sockets) socket.terminate()

    const many = await gather({ served: floor, path: '/', counts: () => true }, crowd)
    const room = await gather({ served, path: '/sync/crowd.ipynb', counts: isUpdate }, crowd)
    for (const socket of room.sockets) socket.send(askForAll)
    const speaker = await keep(joined(served, 'crowd.ipynb'))
    const fanned = { ours: [] as number[], bare: [] as number[] }
    for (let nth = 1; nth <= fanOuts; nth++) {
      const speak = (): void => speaker.text.insert(speaker.text.length, 'x')
      fanned.ours.push(await measure(room.arrivals, crowd, nth, speak))
      fanned.bare.push(await measure(many.arrivals, crowd, nth, bareEdit))
    }
    return [
      {
        what: 'edit → other program',
        unit: 'ms',
        ours: pair.ours,
        floor: { what: 'bare ws', samples: pair.bare },
      },
      {
        what: `edit → the last of ${crowd} sockets`,
        unit: 'ms',
        ours: fanned.ours,
        floor: { what: `bare ws, ${crowd} sockets`, samples: fanned.bare },
      },
    ]
  })
