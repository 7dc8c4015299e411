// Passes one line of input, through shared memory, to a worker that is blocked and receives no messages.

/** Maximum UTF-16 units of a line. */
export const maxLineLength = 65_536
/** Two 32-bit words: the id of the answered question, and the length of the line that follows. */
const head = 8

export class TypedLine {
  static memory(): SharedArrayBuffer {
    return new SharedArrayBuffer(head + 2 * maxLineLength)
  }

  private readonly words: Int32Array
  private readonly units: Uint16Array

  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, 2)
    this.units = new Uint16Array(memory, head)
  }

  put(id: number, line: string): void {
    const length = Math.min(line.length, maxLineLength)
    for (let at = 0; at < length; at++) this.units[at] = line.charCodeAt(at)
    Atomics.store(this.words, 1, length)
    Atomics.store(this.words, 0, id)
    Atomics.notify(this.words, 0)
  }

  /** Returns when a line arrives, at once if it answers this question already, or after this many ms. */
  wait(id: number, milliseconds: number): void {
    const there = Atomics.load(this.words, 0)
    if (there !== id) Atomics.wait(this.words, 0, there, milliseconds)
  }

  /** Takes the answer to that question, if there, and clears it. */
  take(id: number): string | null {
    if (Atomics.load(this.words, 0) !== id) return null
    const typed = this.units.subarray(0, Atomics.load(this.words, 1))
    let line = ''
    for (const unit of typed) line += String.fromCharCode(unit)
    typed.fill(0)
    return line
  }
}
