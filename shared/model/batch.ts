// Buffers streamed text on its way into a Y.Text. Yjs encodes UTF-8, so a split surrogate pair would be lost, and a CR
// breaks the editor binding's offsets: a trailing high surrogate or CR waits for the next chunk.

export class Batch {
  private text = ''

  add(chunk: string): void {
    this.text += chunk
  }

  /** Removes and returns what can be written now, or everything if `last`. Line ends become LF. */
  take(last: boolean): string {
    const held = last ? 0 : /[\r\uD800-\uDBFF]$/.test(this.text) ? 1 : 0
    const ready = this.text.slice(0, this.text.length - held)
    this.text = this.text.slice(this.text.length - held)
    return ready.replace(/\r\n?/g, '\n').replace(/\p{Surrogate}/gu, '\uFFFD')
  }
}
