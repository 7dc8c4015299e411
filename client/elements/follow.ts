import type { ReactiveControllerHost } from 'lit'
import { WhileConnected } from './while-connected.ts'

/** Re-renders its host on every change, for as long as the host is connected. */
export class Follow extends WhileConnected {
  constructor(host: ReactiveControllerHost, subscribe: (changed: () => void) => readonly (() => void)[]) {
    super(() => subscribe(() => host.requestUpdate()))
    host.addController(this)
  }
}
