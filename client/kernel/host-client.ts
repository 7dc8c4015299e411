// The worker's side of host calls: asynchronous, or blocking where Python cannot await.
import { readNow } from './guard.ts'
import type { FolderListing } from '../../shared/api/routes.ts'
import type { HostCall, HostResult, HostResults, SyncHostAnswer, SyncHostResults } from './host-call.ts'
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

/** Calls whose results are the same either way, one after the other. */
export type Calls<T> = Generator<NeedOf<'stored' | 'content' | 'listing'>, T, unknown>

export const call = function* <W extends 'stored' | 'content' | 'listing'>(
  need: NeedOf<W>,
): Calls<HostResults[W]> {
  return (yield need) as HostResults[W]
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

  /** Makes each call, and resumes with its result. */
  async make<T>(calls: Calls<T>): Promise<T> {
    let step = calls.next()
    while (step.done !== true) {
      const call = step.value
      step = await this.ask(call).then(
        (result) => calls.next(result),
        (error: unknown) => calls.throw(error),
      )
    }
    return step.value
  }

  /** The same while Python blocks. */
  makeSync<T>(calls: Calls<T>): T {
    let step = calls.next()
    while (step.done !== true) {
      let result: unknown
      try {
        result = this.callSync(step.value, () => false)?.value
      } catch (error) {
        step = calls.throw(error)
        continue
      }
      step = calls.next(result)
    }
    return step.value
  }

  /** Null if `interrupted` before there was a result. */
  callSync<W extends keyof SyncHostResults>(
    need: NeedOf<W>,
    interrupted: () => boolean,
  ): { readonly value: SyncHostResults[W] } | null {
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
    const answer = JSON.parse(text) as SyncHostAnswer
    if (!answer.ok) throw new HostError(answer.refusal)
    return { value: valueOf(need, answer) as SyncHostResults[W] }
  }
}

const valueOf = (
  { what }: HostCall,
  { value, url }: SyncHostAnswer & { ok: true },
): SyncHostResults[keyof SyncHostResults] => {
  const bytes = url === null ? null : readNow(url)
  if (what === 'folder-file') return { tag: value as string | null, bytes: bytes ?? new Uint8Array(0) }
  if (what === 'content') return bytes
  return (bytes === null ? value : JSON.parse(new TextDecoder().decode(bytes))) as FolderListing
}
