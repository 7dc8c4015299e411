// The entries of an awareness message, as y-protocols encodes them.
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

export interface AwarenessEntry {
  readonly client: number
  readonly clock: number
  /** JSON, as it came. */
  readonly state: string
}

export const readEntries = (bytes: Uint8Array): readonly AwarenessEntry[] => {
  const decoder = decoding.createDecoder(bytes)
  const entries: AwarenessEntry[] = []
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    entries.push({ client, clock, state: decoding.readVarString(decoder) })
  }
  return entries
}

/** What y-protocols' `applyAwarenessUpdate` reads. */
export const writeEntries = (entries: readonly AwarenessEntry[]): Uint8Array =>
  encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length)
    for (const { client, clock, state } of entries) {
      encoding.writeVarUint(encoder, client)
      encoding.writeVarUint(encoder, clock)
      encoding.writeVarString(encoder, state)
    }
  })
