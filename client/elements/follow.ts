import type { ReactiveController, ReactiveControllerHost } from 'lit'

/** Re-renders its host on every change, for as long as the host is connected. */
export class Follow implements ReactiveController {
  private stops: readonly (() => void)[] = []

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly subscribe: (changed: () => void) => readonly (() => void)[],
  ) {
    host.addController(this)
  }

  hostConnected(): void {
    this.stops = this.subscribe(() => this.host.requestUpdate())
  }

  hostDisconnected(): void {
    for (const stop of this.stops) stop()
    this.stops = []
  }
}
