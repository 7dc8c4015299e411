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
 * Replaces a connection on which the relay does not answer `ask`, or does not accept it. Returns a function that ends it.
 */
export const endSilence = (provider: WebsocketProvider, ask: () => void): (() => void) => {
  let timer: ReturnType<typeof setTimeout> | undefined
  /** A relay that is only slow is given longer each time. */
  let factor = 1
  const expectWord = (within: number): void => {
    const { ws, wsLastMessageReceived: lastMessage } = provider
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (provider.ws !== ws || provider.wsLastMessageReceived !== lastMessage) {
        factor = 1
        return
      }
      factor = Math.min(2 * factor, 16)
      ws?.onclose?.(new CloseEvent('close', { code: lostCode }))
    }, within * factor)
  }
  const wake = (): void => {
    if (!provider.shouldConnect) return
    if (provider.ws === null) return provider.connect()
    if (provider.wsconnected) ask()
    expectWord(answers)
  }
  const stop = onWake(wake)
  // The network was lost before this was loaded.
  if (!navigator.onLine) wake()
  provider.on('status', ({ status }) => {
    if (status === 'connecting') expectWord(accepts)
  })
  if (provider.wsconnecting) expectWord(accepts)
  return () => {
    clearTimeout(timer)
    stop()
  }
}
