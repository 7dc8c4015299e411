// Updates of typing differ in a few bytes: their clocks, and a letter. Laid out in columns (all first bytes of the
// updates of one length, each as the difference to the one before, then all second bytes, …) they deflate to a third
// of what they would one behind the other.

/** The updates of each length together, lengths in the order they come first. */
const byLength = (lengths: readonly number[]): ReadonlyMap<number, readonly number[]> => {
  const groups = new Map<number, number[]>()
  for (const [index, length] of lengths.entries()) {
    const group = groups.get(length)
    if (group) group.push(index)
    else groups.set(length, [index])
  }
  return groups
}

export const toColumns = (updates: readonly Uint8Array[]): Uint8Array => {
  const columns = new Uint8Array(updates.reduce((sum, { length }) => sum + length, 0))
  let start = 0
  for (const [length, group] of byLength(updates.map((update) => update.length))) {
    for (const [i, index] of group.entries()) {
      const update = updates[index] ?? columns
      const before = updates[group[i - 1] ?? -1]
      // A view of 8 bits takes the difference modulo 256 by itself.
      for (let at = 0; at < length; at++)
        columns[start + at * group.length + i] = (update[at] ?? 0) - (before?.[at] ?? 0)
    }
    start += length * group.length
  }
  return columns
}

/** The updates of these lengths, in their own order. */
export const fromColumns = (columns: Uint8Array, lengths: readonly number[]): readonly Uint8Array[] => {
  const updates = lengths.map((length) => new Uint8Array(length))
  let start = 0
  for (const [length, group] of byLength(lengths)) {
    for (const [i, index] of group.entries()) {
      const update = updates[index] ?? columns
      const before = updates[group[i - 1] ?? -1]
      for (let at = 0; at < length; at++)
        update[at] = (columns[start + at * group.length + i] ?? 0) + (before?.[at] ?? 0)
    }
    start += length * group.length
  }
  return updates
}
