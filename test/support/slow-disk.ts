import { syncFile } from '../../relay/log/sync-file.ts'

/** A disk whose syncs can be delayed. */
export class SlowDisk {
  private readonly held: (() => void)[] = []
  private holding = false

  /** To be passed to the relay as a part. */
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
