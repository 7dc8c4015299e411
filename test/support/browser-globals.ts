// The browser globals that a page’s connection uses and Node lacks. Import its modules after this one.
import { setMaxListeners } from 'node:events'
import { WebSocket } from 'ws'
// Before there is a document, which it would take for a whole one: test files share a process.
import 'lit'

/** The event with which a page closes a dead connection. */
class CloseEvent extends Event {
  readonly code: number

  constructor(type: string, { code = 0 }: { readonly code?: number } = {}) {
    super(type)
    this.code = code
  }
}

const [window, document] = [new EventTarget(), new EventTarget()]
// Node fails to remove some listeners that a signal should remove.
setMaxListeners(0, window, document)
Object.assign(globalThis, {
  WebSocket,
  CloseEvent,
  document,
  addEventListener: window.addEventListener.bind(window),
  navigator: globalThis.navigator ?? {},
})
