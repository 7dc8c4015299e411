// Adapts the answers of model servers before the library reads them, because it ends a reply at the first chunk of an
// unexpected form. An answer is a stream of chunks, a single JSON value, or something else entirely.
import { EventLines, type EventData } from './event-data.ts'
import { parsedJson } from './json.ts'

export type Members = Readonly<Record<string, unknown>>

/** Brings the chunks of one answer into the form that the library accepts. */
export interface Chunks {
  /** The chunks to pass on. */
  readonly take: (chunk: unknown, event: string) => readonly Members[]
  /** What waited for more. */
  readonly end: () => readonly Members[]
  readonly error: (error: unknown) => Members
}

type Fetch = typeof globalThis.fetch

/** A fetch whose successful answers are tidied, each by chunks of its own. */
export const tidied =
  (fetch: Fetch, chunks: () => Chunks): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init)
    if (!response.ok || response.body === null) return response
    const answer = new Answer(chunks())
    const decoder = new TextDecoder()
    const encoder = new TextEncoder()
    const body = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (piece, controller) => {
          const text = answer.push(decoder.decode(piece, { stream: true }))
          if (text !== '') controller.enqueue(encoder.encode(text))
        },
        flush: (controller) => controller.enqueue(encoder.encode(answer.end())),
      }),
    )
    return new Response(body, { status: response.status, headers: { 'content-type': 'text/event-stream' } })
  }

const done = 'data: [DONE]\n\n'

class Answer {
  private readonly events = new EventLines()
  /** The text so far of an answer that is no stream; null once it is known to be one. */
  private whole: string | null = ''
  private isOver = false

  constructor(private readonly chunks: Chunks) {}

  push(text: string): string {
    if (this.whole === null) return this.pass(this.events.push(text))
    const all = this.whole + text
    // A stream begins with a field or a comment.
    if (all.trim() === '' || /^\s*[{[<]/.test(all)) {
      this.whole = all
      return ''
    }
    this.whole = null
    return this.pass(this.events.push(all))
  }

  end(): string {
    if (this.whole !== null) return this.inOne(this.whole.trim())
    // The last one may be cut off.
    return this.pass(
      this.events.end().filter(({ data }) => data === '[DONE]' || parsedJson(data) !== undefined),
    )
  }

  private pass(events: readonly EventData[]): string {
    return events.map((event) => this.frame(event)).join('')
  }

  private frame({ event, data }: EventData): string {
    if (this.isOver) return ''
    if (data === '[DONE]') {
      this.isOver = true
      return written(this.chunks.end()) + done
    }
    const chunk = parsedJson(data)
    if (chunk !== undefined) return written(this.chunks.take(chunk, event))
    // The library says what is wrong with it.
    return event === 'error' ? written([this.chunks.error(data)]) : `data: ${data}\n\n`
  }

  private inOne(text: string): string {
    if (text === '') return written([this.chunks.error('it sent an empty answer')])
    const answer = parsedJson(text)
    const chunks = answer === undefined ? [] : this.chunks.take(answer, '')
    if (chunks.length > 0) return written(chunks) + done
    return written([
      this.chunks.error(answer ?? 'it sent something else than a reply; is its address right?'),
    ])
  }
}

const written = (chunks: readonly Members[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')
