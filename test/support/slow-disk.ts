import { syncFile } from '../../relay/log/sqlite.ts'

/** A disk whose syncs wait, while held, until they are let go. */
export class SlowDisk {
  private readonly held: (() => void)[] = []
  private holding = false

  /** For a relay's parts. */
  readonly syncFile = async (descriptor: number): Promise<void> => {
    if (this.holding) await new Promise<void>((resolve) => this.held.push(resolve))
    await syncFile(descriptor)
  }

  hold(): void {
    this.holding = true
  }

  release(): void {
    this.holding = false
    for (const go of this.held.splice(0)) go()
  }

  get waiting(): number {
    return this.held.length
  }
}
