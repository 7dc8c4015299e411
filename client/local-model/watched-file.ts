/** Tells how much of it has been read. */
export class WatchedFile extends File {
  private readonly onRead: (share: number) => void
  private furthest = 0

  constructor(file: File, onRead: (share: number) => void) {
    super([file], file.name)
    this.onRead = onRead
  }

  private reached(end: number): void {
    if (end <= this.furthest) return
    this.furthest = end
    this.onRead(Math.min(1, end / this.size))
  }

  override slice(start?: number, end?: number, type?: string): Blob {
    this.reached(end ?? this.size)
    return super.slice(start, end, type)
  }

  override stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    let end = 0
    return super.stream().pipeThrough(
      new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
        transform: (chunk, controller) => {
          end += chunk.length
          this.reached(end)
          controller.enqueue(chunk)
        },
      }),
    )
  }
}
