// What the connection of a page uses of a browser and Node has not. Its modules are imported after this one.
import { setMaxListeners } from 'node:events'
import { WebSocket } from 'ws'

/** Of this class a page closes a connection that died. */
class CloseEvent extends Event {
  readonly code: number

  constructor(type: string, { code = 0 }: { readonly code?: number } = {}) {
    super(type)
    this.code = code
  }
}

const [window, document] = [new EventTarget(), new EventTarget()]
// Node forgets some listeners that a signal was to remove.
setMaxListeners(0, window, document)
Object.assign(globalThis, {
  WebSocket,
  CloseEvent,
  document,
  addEventListener: window.addEventListener.bind(window),
  navigator: globalThis.navigator ?? {},
})
