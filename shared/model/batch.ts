// Streamed text on its way into a Y.Text. Yjs writes UTF-8, so half a surrogate pair would not survive, and the
// editor binding counts offsets wrongly where a CR is: what may still become one of them waits for the next piece.

export class Batch {
  private text = ''

  add(piece: string): void {
    this.text += piece
  }

  /** What can be written now; with `last` everything. Line ends come out as LF. */
  take(last: boolean): string {
    const held = last ? 0 : /[\r\uD800-\uDBFF]$/.test(this.text) ? 1 : 0
    const ready = this.text.slice(0, this.text.length - held)
    this.text = this.text.slice(this.text.length - held)
    return ready.replace(/\r\n?/g, '\n').replace(/\p{Surrogate}/gu, '\uFFFD')
  }
}
