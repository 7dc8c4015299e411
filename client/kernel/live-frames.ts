// The frames of data that outputs of this page's Python show, as long as it can be asked about them.
import type { Kernel } from './kernel.ts'
import type { FrameQuery, KernelEvent } from './protocol.ts'
import { isRecord } from '../../shared/record.ts'

/** `gone`: Python does not have the frame any more, or never had it. */
export type FrameState = 'live' | 'busy' | 'gone'

/** The id under which Python knows the frame that an output shows, by its metadata. */
export const frameOf = (metadata: unknown): string | null => {
  const ours = isRecord(metadata) ? metadata['llm_notebook'] : null
  return isRecord(ours) && typeof ours['frame'] === 'string' ? ours['frame'] : null
}

export class LiveFrames {
  private readonly known = new Set<string>()
  private ends: number
  readonly onChange: Kernel['onChange']

  constructor(private readonly kernel: Kernel) {
    this.ends = kernel.ends
    this.onChange = kernel.onChange
  }

  /** An event of a run of this page. */
  note(event: KernelEvent): void {
    if (!('metadata' in event)) return
    const frame = frameOf(event.metadata)
    if (frame === null) return
    this.forgetEnded()
    this.known.add(frame)
  }

  state(frame: string): FrameState {
    this.forgetEnded()
    if (!this.known.has(frame)) return 'gone'
    return this.kernel.status === 'idle' ? 'live' : 'busy'
  }

  ask(query: FrameQuery): Promise<unknown> {
    return this.state(query.frame) === 'live' ? this.kernel.ask(query) : Promise.resolve(null)
  }

  private forgetEnded(): void {
    if (this.kernel.ends === this.ends) return
    this.ends = this.kernel.ends
    this.known.clear()
  }
}
