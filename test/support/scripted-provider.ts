import {
  defaultSight,
  type ModelEvent,
  type ModelRequest,
  type PictureRequest,
  type Provider,
  type StopSignal,
} from '../../shared/model/provider.ts'

/** An answer whose events are emitted by the test. */
export class ScriptedAnswer<Asked = ModelRequest> implements AsyncIterable<ModelEvent> {
  readonly request: Asked
  readonly signal: StopSignal
  private deliver: ((result: IteratorResult<ModelEvent>) => void) | null = null
  private reject: ((error: unknown) => void) | null = null
  private onNext: (() => void) | null = null

  constructor(request: Asked, signal: StopSignal) {
    this.request = request
    this.signal = signal
  }

  [Symbol.asyncIterator](): AsyncIterator<ModelEvent> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          this.deliver = resolve
          this.reject = reject
          this.onNext?.()
        }),
      return: () => {
        this.onNext?.()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  /** Resolves when the consumer has handled the event and requested the next one, or has stopped. */
  emit(event: ModelEvent): Promise<void> {
    return this.handled(() => this.deliver?.({ done: false, value: event }))
  }

  text(text: string): Promise<void> {
    return this.emit({ type: 'text', text })
  }

  /** Ends the stream without an end event. */
  close(): Promise<void> {
    return this.afterMicrotasks(() => this.deliver?.({ done: true, value: undefined }))
  }

  throw(error: unknown): Promise<void> {
    return this.afterMicrotasks(() => this.reject?.(error))
  }

  private handled(action: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.onNext = resolve
      action()
    })
  }

  /** The consumer will not request another event, so this waits for pending promises only. */
  private afterMicrotasks(action: () => void): Promise<void> {
    action()
    return new Promise((resolve) => setImmediate(resolve))
  }
}

export class ScriptedProvider implements Provider {
  readonly id: string
  readonly label = 'scripted'
  readonly usualModel = null
  maxInputTokens: number | null = null
  readonly answers: ScriptedAnswer[] = []

  constructor(id = 'scripted') {
    this.id = id
  }

  readonly models: Provider['models'] = () => Promise.resolve({ ok: true, models: [] })

  readonly sight: Provider['sight'] = () => defaultSight

  readonly stream = (request: ModelRequest, signal: StopSignal): ScriptedAnswer => {
    const answer = new ScriptedAnswer(request, signal)
    this.answers.push(answer)
    return answer
  }

  readonly pictures: ScriptedAnswer<PictureRequest>[] = []
  image?: NonNullable<Provider['image']> = (request, signal) => {
    const answer = new ScriptedAnswer(request, signal)
    this.pictures.push(answer)
    return answer
  }

  picture(index: number): ScriptedAnswer<PictureRequest> {
    const answer = this.pictures[index]
    if (answer === undefined) throw new Error(`no picture ${index} has been asked for`)
    return answer
  }

  answer(index: number): ScriptedAnswer {
    const answer = this.answers[index]
    if (answer === undefined) throw new Error(`answer ${index} was not requested`)
    return answer
  }
}
