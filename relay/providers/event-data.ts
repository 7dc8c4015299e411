// Server-sent events as model servers write them: any line end, a missing last one, a missing empty line. The library's
// parser keeps to the standard, by which the last event would be dropped and events without an empty line between would be one.

import { parsedJson } from './json.ts'

export interface EventData {
  readonly event: string
  readonly data: string
}

export class EventLines {
  private rest = ''
  private event = ''
  private lines: string[] = []

  /** The events that `text` completes. */
  push(text: string): EventData[] {
    // A CR at the end may be half of a line end.
    const parts = (this.rest + text).split(/\r\n|\n|\r(?!$)/)
    this.rest = parts.pop() ?? ''
    return parts.flatMap((line) => this.take(line))
  }

  /** What the server did not complete. */
  end(): EventData[] {
    return [...this.push('\n'), ...this.take('')]
  }

  private take(line: string): EventData[] {
    if (line !== '') {
      const [, name, value = ''] = /^(\w+)(?:: ?(.*))?$/s.exec(line) ?? []
      if (name === 'event') this.event = value
      if (name === 'data') this.lines.push(value)
      // As llama.cpp writes it.
      if (name === 'error') {
        this.event = name
        this.lines.push(value)
      }
      return []
    }
    const { event, lines } = this
    this.event = ''
    this.lines = []
    const joined = lines.join('\n')
    const data =
      lines.length > 1 && parsedJson(joined) === undefined ? lines : lines.length > 0 ? [joined] : []
    return data.map((each) => ({ event, data: each }))
  }
}
