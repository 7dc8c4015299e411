// Models of servers that do not separate thinking write it at the start of the reply, in <think>…</think>. The library's
// middleware for it takes such tags anywhere, also those in code that a reply shows.

export interface Separated {
  readonly thinking: string
  readonly text: string
}

const opening = /^\s*<(think|thinking|thought)>\s*/
const maybeOpening = /^\s*(?:<(?:t(?:h(?:i(?:n(?:k(?:i(?:n(?:g)?)?)?)?)?|o(?:u(?:g(?:h(?:t)?)?)?)?)?)?)?)?$/

export class ThinkTags {
  private state: 'start' | 'thinking' | 'after' | 'text' = 'start'
  private closing = ''
  private held = ''

  /** What is thinking and what is text in the next piece; what may be part of a tag waits. */
  take(piece: string): Separated {
    this.held += piece
    let thinking = ''
    if (this.state === 'start') {
      const [tag, name] = opening.exec(this.held) ?? []
      if (tag === undefined && maybeOpening.test(this.held)) return { thinking, text: '' }
      this.state = tag === undefined ? 'text' : 'thinking'
      this.closing = `</${name ?? ''}>`
      this.held = this.held.slice(tag?.length ?? 0)
    }
    if (this.state === 'thinking') {
      const at = this.held.indexOf(this.closing)
      const until = at < 0 ? this.held.length - overlap(this.held, this.closing) : at
      thinking = this.held.slice(0, until)
      this.held = this.held.slice(until)
      if (at < 0) return { thinking, text: '' }
      this.held = this.held.slice(this.closing.length)
      this.state = 'after'
    }
    if (this.state === 'after') {
      this.held = this.held.trimStart()
      if (this.held !== '') this.state = 'text'
    }
    return { thinking, text: this.rest() }
  }

  /** What still waits, when nothing follows. */
  end(): Separated {
    const rest = this.rest()
    return this.state === 'thinking' ? { thinking: rest, text: '' } : { thinking: '', text: rest }
  }

  private rest(): string {
    const { held } = this
    this.held = ''
    return held
  }
}

/** How many characters at the end of `text` may be the start of `tag`. */
const overlap = (text: string, tag: string): number => {
  for (let length = Math.min(text.length, tag.length - 1); length > 0; length--)
    if (text.endsWith(tag.slice(0, length))) return length
  return 0
}
