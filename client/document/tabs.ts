// Syncs the tabs of one browser: each asks for what it lacks. The library would send the whole document to all tabs
// whenever one opens.
import { publish, subscribe } from 'lib0/broadcastchannel'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { encodeAwarenessUpdate } from 'y-protocols/awareness'
import type { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { messageAwareness, messageQueryAwareness, messageSync, syncStep1 } from '../../shared/protocol.ts'
import { coversVector } from '../../shared/state-vector.ts'

/** A sync step 1, to a tab or the relay. */
export const writeAsking = (encoder: encoding.Encoder, doc: Y.Doc): void => {
  encoding.writeVarUint(encoder, messageSync)
  encoding.writeVarUint(encoder, syncStep1)
  encoding.writeVarUint8Array(encoder, Y.encodeStateVector(doc))
}

const post = (provider: WebsocketProvider, write: (encoder: encoding.Encoder) => void): void =>
  publish(provider.bcChannel, encoding.encode(write), provider)

const joinTabs = (provider: WebsocketProvider): void => {
  const { doc, awareness } = provider
  if (provider.disableBc) return
  if (!provider.bcconnected) subscribe(provider.bcChannel, provider._bcSubscriber)
  provider.bcconnected = true
  post(provider, (encoder) => writeAsking(encoder, doc))
  post(provider, (encoder) => encoding.writeVarUint(encoder, messageQueryAwareness))
  post(provider, (encoder) => {
    encoding.writeVarUint(encoder, messageAwareness)
    encoding.writeVarUint8Array(encoder, encodeAwarenessUpdate(awareness, [doc.clientID]))
  })
}

/**
 * Replaces the library's sending, which would also return the presence of others to the relay it came from, and pass it to
 * all tabs, which have their own connection: every caret movement would cost every page and the relay.
 */
export const adaptToTabs = (provider: WebsocketProvider): void => {
  const { awareness, _awarenessUpdateHandler: send } = provider
  provider.connectBc = () => joinTabs(provider)
  awareness.off('update', send)
  provider._awarenessUpdateHandler = (change, origin) => {
    if (origin !== provider) send(change, origin)
  }
  awareness.on('update', provider._awarenessUpdateHandler)
}

/**
 * Asks back if the asking tab has something this one lacks. `message` begins with the step. A question asked back has an
 * extra byte at its end and is only answered: otherwise two tabs that each lack something would ask for ever.
 */
export const askBack = (provider: WebsocketProvider, message: decoding.Decoder): void => {
  const { doc } = provider
  const asking = decoding.clone(message)
  if (decoding.readVarUint(asking) !== syncStep1) return
  const vector = decoding.readVarUint8Array(asking)
  if (decoding.hasContent(asking) || coversVector(doc, vector)) return
  post(provider, (encoder) => {
    writeAsking(encoder, doc)
    encoding.writeVarUint(encoder, 1)
  })
}
