// Updates of typing differ in a few bytes: clocks, and a letter. Laid out in columns (the first bytes of all updates of
// one length, then the second bytes, …) they compress to a third. While somebody keeps typing, a byte is better stored
// as the difference to the previous one; letters, and clocks of scattered positions, as they are. The first byte of a
// column tells which.

/** The updates of each length, lengths in order of first occurrence. */
const byLength = (lengths: readonly number[]): ReadonlyMap<number, readonly number[]> => {
  const groups = new Map<number, number[]>()
  for (const [index, length] of lengths.entries()) {
    const group = groups.get(length)
    if (group) group.push(index)
    else groups.set(length, [index])
  }
  return groups
}

const asIs = 0
const asDifferences = 1

/** Minimum number of bits, given only the frequency of each byte. */
const entropy = (bytes: Uint8Array): number => {
  const counts = new Float64Array(256)
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1
  let bits = 0
  for (const count of counts) if (count > 0) bits -= count * Math.log2(count / bytes.length)
  return bits
}

/** A few updates, or long ones, have too little in common: they are stored one after another. */
const isTable = (length: number, group: readonly number[]): boolean => group.length >= 8 && length <= 1024

export const toColumns = (updates: readonly Uint8Array[]): Uint8Array => {
  const columns: Uint8Array[] = []
  for (const [length, group] of byLength(updates.map((update) => update.length))) {
    if (!isTable(length, group)) {
      for (const index of group) columns.push(updates[index] ?? new Uint8Array())
      continue
    }
    for (let at = 0; at < length; at++) {
      const bytes = Uint8Array.from(group, (index) => updates[index]?.[at] ?? 0)
      // An array of bytes takes the difference modulo 256 by itself.
      const differences = bytes.map((byte, i) => byte - (bytes[i - 1] ?? 0))
      const isDifferent = entropy(differences) < entropy(bytes)
      columns.push(Uint8Array.of(isDifferent ? asDifferences : asIs), isDifferent ? differences : bytes)
    }
  }
  return Buffer.concat(columns)
}

/** The updates of these lengths, in their own order. `areMarked`: each column begins with its encoding. */
export const fromColumns = (
  columns: Uint8Array,
  lengths: readonly number[],
  areMarked = true,
): readonly Uint8Array[] => {
  const updates = lengths.map((length) => new Uint8Array(length))
  let next = 0
  for (const [length, group] of byLength(lengths)) {
    if (areMarked && !isTable(length, group)) {
      for (const index of group) updates[index]?.set(columns.subarray(next, (next += length)))
      continue
    }
    for (let at = 0; at < length; at++) {
      const isDifferent = !areMarked || columns[next++] === asDifferences
      let before = 0
      for (const index of group) {
        const byte = (columns[next++] ?? 0) + (isDifferent ? before : 0)
        const update = updates[index]
        if (update !== undefined) update[at] = byte
        before = byte
      }
    }
  }
  return updates
}
