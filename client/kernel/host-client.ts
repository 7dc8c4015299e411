// The worker's side of host calls: asynchronous, or blocking where Python cannot await.
import { readNow } from './guard.ts'
import type { SyncHostResult, HostCall, HostResults, HostResult } from './host-call.ts'
import type { FromWorker } from './protocol.ts'
import type { TypedLine } from './typed-line.ts'

type NeedOf<W extends HostCall['what']> = Extract<HostCall, { readonly what: W }>

/** The call failed; `name` is its error name. */
export class HostError extends Error {
  constructor({ name, message }: { readonly name: string; readonly message: string }) {
    super(message)
    this.name = name
  }
}

/** Milliseconds between checks for an interrupt. */
const slice = 50

export class HostClient {
  private last = 0
  private readonly waiting = new Map<number, (result: HostResult) => void>()

  constructor(
    private readonly post: (message: FromWorker) => void,
    /** Null without shared memory: blocking calls are impossible. */
    private readonly memory: TypedLine | null,
  ) {}

  async ask<W extends HostCall['what']>(need: NeedOf<W>): Promise<HostResults[W]> {
    const id = ++this.last
    const result = await new Promise<HostResult>((resolve) => {
      this.waiting.set(id, resolve)
      this.post({ type: 'need', id, need, now: false })
    })
    if (!result.ok) throw new HostError(result.refusal)
    return result.value as HostResults[W]
  }

  result(id: number, result: HostResult): void {
    this.waiting.get(id)?.(result)
    this.waiting.delete(id)
  }

  get canWait(): boolean {
    return this.memory !== null
  }

  /** Null if `interrupted` before there was a result. */
  callSync(
    need: NeedOf<'folder-file' | 'network'>,
    interrupted: () => boolean,
  ): { readonly bytes: Uint8Array<ArrayBuffer>; readonly tag: string | null } | null {
    const { memory } = this
    if (memory === null)
      throw new HostError({ name: 'NotSupportedError', message: 'this browser shares no memory with Python' })
    const id = ++this.last
    this.post({ type: 'need', id, need, now: true })
    let text = memory.take(id)
    while (text === null) {
      if (interrupted()) return null
      memory.wait(id, slice)
      text = memory.take(id)
    }
    const result = JSON.parse(text) as SyncHostResult
    if (!result.ok) throw new HostError(result.refusal)
    return { bytes: result.url === null ? new Uint8Array(0) : readNow(result.url), tag: result.tag }
  }
}
