import type { LocalModel } from './local-model.ts'
import type { LocalPeer, LocalPeerSetup } from './local-peer.ts'

/** Answers this page's prompts to the model in it, whenever there is one, until the returned function is called. */
export const answerHere = (model: LocalModel, setup: LocalPeerSetup): (() => void) => {
  let peer: LocalPeer | null = null
  let name: string | null = null
  let closed = false
  const begin = async (wanted: string): Promise<void> => {
    const { localPeer } = await import('./local-peer.ts')
    if (!closed && name === wanted) peer ??= localPeer(model.provider, wanted, setup)
  }
  const look = (): void => {
    if (name === model.loaded) return
    name = model.loaded
    // What it writes ends with its model.
    peer?.dispose()
    peer = null
    if (name !== null) void begin(name)
  }
  const stop = model.onChange(look)
  look()
  return () => {
    closed = true
    stop()
    peer?.dispose()
  }
}
