// A connection can be dead without being closed: after the computer slept, or in another network, nothing arrives and
// nothing says so for minutes.
import type { WebsocketProvider } from 'y-websocket'
import { lostCode } from './socket.ts'

/** Milliseconds in which a relay that is there answers, and in which it accepts a connection. */
const answers = 3_000
const accepts = 20_000
/** Milliseconds between two looks at the clock, and by how much it is late after sleep. */
const look = 1_000
const slept = 5_000

/** Calls `wake` when the page may have been asleep or in another network. Returns a function that ends it. */
const onWake = (wake: () => void): (() => void) => {
  const listening = new AbortController()
  const { signal } = listening
  let last = Date.now()
  const timer = setInterval(() => {
    const before = last
    last = Date.now()
    if (last - before > slept) wake()
  }, look)
  for (const type of ['online', 'offline', 'pageshow']) addEventListener(type, wake, { signal })
  document.addEventListener('resume', wake, { signal })
  const onVisible = (): void => {
    if (document.visibilityState === 'visible') wake()
  }
  document.addEventListener('visibilitychange', onVisible, { signal })
  return () => {
    clearInterval(timer)
    listening.abort()
  }
}

/**
 * Replaces a connection on which the relay does not answer `ask`, or does not accept it. `ask` returns whether it has
 * answered by now. Returns a function that ends it.
 */
export const endSilence = (provider: WebsocketProvider, ask: () => () => boolean): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A relay that is only slow is given longer each time. */
  let factor = 1
  const expectWord = (within: number, isAnswered: () => boolean): void => {
    const { ws, wsLastMessageReceived: lastMessage } = provider
    clearTimeout(timer)
    timer = setTimeout(() => {
      const isHeard = provider.wsLastMessageReceived !== lastMessage
      if (provider.ws !== ws || (isHeard && isAnswered())) {
        factor = 1
        return
      }
      // It may have been under way before the network was lost.
      if (isHeard) return expectWord(within, isAnswered)
      factor = Math.min(2 * factor, 16)
      ws?.onclose?.(new CloseEvent('close', { code: lostCode }))
    }, within * factor)
  }
  const wake = (): void => {
    if (!provider.shouldConnect) return
    if (provider.ws === null) return provider.connect()
    expectWord(answers, provider.wsconnected ? ask() : () => true)
  }
  const stop = onWake(wake)
  // The network was lost before this was loaded.
  if (!navigator.onLine) wake()
  let began = performance.now()
  provider.on('status', ({ status }) => {
    if (status !== 'connecting') return
    began = performance.now()
    expectWord(accepts, () => true)
  })
  provider.on('sync', (isSynced: boolean) => {
    if (isSynced && performance.now() - began < answers) factor = 1
  })
  if (provider.wsconnecting) expectWord(accepts, () => true)
  return () => {
    clearTimeout(timer)
    stop()
  }
}
