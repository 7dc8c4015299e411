import type {
  ModelEvent,
  ModelRequest,
  PictureRequest,
  Provider,
  StopSignal,
} from '../../shared/model/provider.ts'

/** One answer, spoken event by event by the test. */
export class ScriptedAnswer<Request = ModelRequest> implements AsyncIterable<ModelEvent> {
  readonly request: Request
  readonly signal: StopSignal
  private deliver: ((result: IteratorResult<ModelEvent>) => void) | null = null
  private refuse: ((error: unknown) => void) | null = null
  private listening: (() => void) | null = null

  constructor(request: Request, signal: StopSignal) {
    this.request = request
    this.signal = signal
  }

  [Symbol.asyncIterator](): AsyncIterator<ModelEvent> {
    return {
      next: () =>
        new Promise((resolve, reject) => {
          this.deliver = resolve
          this.refuse = reject
          this.listening?.()
        }),
      return: () => {
        this.listening?.()
        return Promise.resolve({ done: true, value: undefined })
      },
    }
  }

  /** Settles when the listener has taken the event and asked for the next, or has gone. */
  say(event: ModelEvent): Promise<void> {
    return this.heard(() => this.deliver?.({ done: false, value: event }))
  }

  text(text: string): Promise<void> {
    return this.say({ type: 'text', text })
  }

  /** The stream is over without an end event. */
  close(): Promise<void> {
    return this.turn(() => this.deliver?.({ done: true, value: undefined }))
  }

  throw(error: unknown): Promise<void> {
    return this.turn(() => this.refuse?.(error))
  }

  private heard(action: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.listening = resolve
      action()
    })
  }

  /** After this nobody asks again: what is waited for is the queue of promises. */
  private turn(action: () => void): Promise<void> {
    action()
    return new Promise((resolve) => setImmediate(resolve))
  }
}

export class ScriptedProvider implements Provider {
  readonly id = 'scripted'
  readonly label = 'scripted'
  readonly answers: ScriptedAnswer[] = []

  readonly models: Provider['models'] = () => Promise.resolve({ ok: true, models: [] })

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
    if (answer === undefined) throw new Error(`no answer ${index} has been asked for`)
    return answer
  }
}
