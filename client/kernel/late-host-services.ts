// What answers Python's requests, loaded when Python starts: no page needs it to show its notebook.
import type { HostResult } from './host-call.ts'
import type { HostServices } from './host-services.ts'

export class LateHostServices {
  /** Null if the script could not be loaded. */
  private readonly loaded: Promise<HostServices | null>

  constructor(onFailed: () => void, ...options: ConstructorParameters<typeof HostServices>) {
    this.loaded = import('./host-services.ts').then(
      (module) => new module.HostServices(...options),
      () => {
        onFailed()
        return null
      },
    )
  }

  /** Null if there is no answer. */
  async handle(need: unknown): Promise<HostResult | null> {
    return (await this.loaded)?.handle(need) ?? null
  }

  async close(): Promise<void> {
    await (await this.loaded)?.close()
  }
}
