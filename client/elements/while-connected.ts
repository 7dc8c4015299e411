import type { ReactiveController } from 'lit'

/** Subscribes each time its host is connected, and unsubscribes when the host is disconnected. */
export class WhileConnected implements ReactiveController {
  private stops: readonly (() => void)[] = []

  constructor(private readonly subscribe: () => readonly (() => void)[]) {}

  hostConnected(): void {
    this.stops = this.subscribe()
  }

  hostDisconnected(): void {
    for (const stop of this.stops) stop()
    this.stops = []
  }
}
