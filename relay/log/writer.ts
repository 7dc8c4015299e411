// Who made updates. Writers are packed once and then referenced by number, because there are few and they repeat.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export interface Writer {
  readonly user: string
  /** The Yjs client, 0 if unknown. */
  readonly client: number
}

const keyOf = ({ user, client }: Writer): string => `${client} ${user}`

/** Without duplicates. */
export const distinctWriters = (writers: Iterable<Writer>): readonly Writer[] => {
  const found = new Map<string, Writer>()
  for (const writer of writers) {
    const key = keyOf(writer)
    if (!found.has(key)) found.set(key, { user: writer.user, client: writer.client })
  }
  return [...found.values()]
}

export class WriterTable {
  private readonly writers: readonly Writer[]
  private readonly indexes: ReadonlyMap<string, number>

  constructor(writers: Iterable<Writer>) {
    this.writers = distinctWriters(writers)
    this.indexes = new Map(this.writers.map((writer, index) => [keyOf(writer), index]))
  }

  indexOf(writer: Writer): number {
    const index = this.indexes.get(keyOf(writer))
    if (index === undefined) throw new Error('a writer who is not in the table')
    return index
  }

  write(encoder: encoding.Encoder): void {
    encoding.writeVarUint(encoder, this.writers.length)
    for (const { user, client } of this.writers) {
      encoding.writeVarString(encoder, user)
      encoding.writeVarUint(encoder, client)
    }
  }
}

export const readWriters = (decoder: decoding.Decoder): readonly Writer[] =>
  Array.from({ length: decoding.readVarUint(decoder) }, () => {
    const user = decoding.readVarString(decoder)
    return { user, client: decoding.readVarUint(decoder) }
  })
