import { countLines, leftOutNotice } from '../../shared/notebook/output/left-out.ts'
import { overwrite, Terminal } from '../../shared/notebook/output/terminal.ts'
import type { KernelEvent } from './protocol.ts'

/**
 * Characters of printed text that are sent at once, and how many of the last are kept beyond that. Their sum is below the
 * document's limit for a run, so that nothing is cut twice.
 */
const headLimit = 500_000
const tailLimit = 450_000
/** Characters of the end that are shown during the run. */
const windowLimit = 4_000
/** Milliseconds between updates of that end. They become rarer, because each stays in the log. */
const firstPause = 1_000
const longestPause = 10_000

/**
 * Limits the printed text of a run. After `headLimit` characters only the end is sent: a short one from time to time, and
 * all that was kept of it when the run ends.
 */
export class OutputLimiter {
  private room = headLimit
  private name: 'stdout' | 'stderr' = 'stdout'
  private isAtLineStart = true
  private terminal = new Terminal()
  /** What was printed after the head. */
  private held = { characters: 0, lines: 0 }
  /** Its last. */
  private tail = ''
  private pause = firstPause
  private due = Infinity
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly emit: (event: KernelEvent) => void) {}

  write(name: 'stdout' | 'stderr', text: string): void {
    if (this.held.characters > 0) return this.hold(text)
    const cost = this.lasting(name, text)
    if (cost <= this.room) {
      this.room -= cost
      this.pass(text)
      return
    }
    const fits = wholeLines(text.slice(0, this.room))
    if (fits !== '') this.pass(fits)
    this.room = 0
    this.hold(text.slice(fits.length))
  }

  /** The output was cleared: there is room again. */
  cleared(): void {
    this.room = headLimit
    this.terminal = new Terminal()
    this.forget()
  }

  /** Another output follows; later text comes after it. After an error or a result there is little. */
  passed(type: 'display' | 'result' | 'error'): void {
    if (this.held.characters === 0) return
    this.show(type === 'display' ? windowLimit : tailLimit)
    this.forget()
  }

  /** Called often, also while Python is busy. */
  tick(now: number): void {
    if (now < this.due) return
    this.pause = Math.min(longestPause, this.pause * 1.5)
    this.due = Infinity
    this.show(windowLimit)
  }

  end(): void {
    if (this.held.characters > 0) this.show(tailLimit)
    this.cleared()
  }

  private pass(text: string): void {
    this.isAtLineStart = text.endsWith('\n')
    this.emit({ type: 'stream', name: this.name, text })
  }

  private forget(): void {
    this.held = { characters: 0, lines: 0 }
    this.tail = ''
    this.pause = firstPause
    this.due = Infinity
    clearTimeout(this.timer)
    this.timer = undefined
  }

  /** Characters that will stay: each state of a progress bar replaces the last one. */
  private lasting(name: 'stdout' | 'stderr', text: string): number {
    if (name !== this.name) this.terminal = new Terminal()
    this.name = name
    const { remove, insert } = this.terminal.write(text)
    return insert.length - remove
  }

  /** Text of both streams, from now on under the name of the first. */
  private hold(text: string): void {
    this.held = {
      characters: this.held.characters + text.length,
      lines: this.held.lines + countLines(text),
    }
    // Cut rarely, because each cut copies the tail.
    this.tail += text.slice(-tailLimit)
    if (this.tail.length > 4 * tailLimit) this.tail = this.tail.slice(-tailLimit)
    const now = performance.now()
    if (this.due === Infinity) this.due = now + this.pause
    // While Python awaits, nothing else calls `tick`.
    this.timer ??= setTimeout(() => {
      this.timer = undefined
      this.tick(performance.now())
    }, this.pause)
    this.tick(now)
  }

  private show(limit: number): void {
    const { characters, lines } = this.held
    const all = characters <= limit
    const tail = all ? this.tail : fromLineStart(this.tail.slice(-limit))
    const notice = all
      ? ''
      : `${this.isAtLineStart ? '' : '\n'}${leftOutNotice(Math.max(0, lines - countLines(tail)), characters - tail.length)}\n`
    this.emit({ type: 'stream-end', name: this.name, text: notice + overwrite(tail) })
  }
}

const longLine = 10_000

/** Without the start of a line at its end, unless that is very long; never with half a surrogate pair. */
const wholeLines = (text: string): string => {
  const lines = text.slice(0, text.lastIndexOf('\n') + 1)
  return text.length - lines.length < longLine ? lines : text.replace(/[\uD800-\uDBFF]$/, '')
}

/** Without a line that was cut, unless it is very long. */
const fromLineStart = (text: string): string => {
  const lineEnd = text.indexOf('\n')
  return lineEnd >= 0 && lineEnd < text.length / 2
    ? text.slice(lineEnd + 1)
    : text.replace(/^[\uDC00-\uDFFF]/, '')
}
