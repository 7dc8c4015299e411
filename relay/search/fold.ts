// Text comparison without case and accents, and the passages found.

/** Folding a text equals folding its characters one by one. */
export const fold = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    // At the end of a word a sigma has another form.
    .replaceAll('ς', 'σ')

/** The words of a query, folded; a passage in quotes is one. */
export const wordsOf = (query: string): readonly string[] => [
  ...new Set(
    [...fold(query.slice(0, 400)).matchAll(/"([^"]+)"|[^\s"]+/g)]
      .map(([word, quoted]) => (quoted ?? word).trim())
      .filter((word) => word !== ''),
  ),
]

export interface Snippet {
  readonly text: string
  /** The found words in it, as pairs of offsets, in order. */
  readonly marks: readonly (readonly [from: number, to: number])[]
}

/** Characters of a snippet, and before its first match. */
const length = 200
const lead = 60

/** The line with the first of the words, cut where it is long. */
export const snippetOf = (text: string, words: readonly string[]): Snippet => {
  const lines = text.split('\n')
  const found = lines.find((line) => words.some((word) => fold(line).includes(word)))
  const line = (found ?? lines.find((each) => each.trim() !== '') ?? '').trim()
  const first = marksIn(line, words)[0]?.[0] ?? 0
  const from = line.length > length ? Math.max(0, Math.min(first - lead, line.length - length)) : 0
  const cut = line.slice(from, from + length)
  const shown = `${from > 0 ? '…' : ''}${cut}${from + length < line.length ? '…' : ''}`
  return { text: shown, marks: marksIn(shown, words) }
}

const marksIn = (text: string, words: readonly string[]): (readonly [number, number])[] => {
  let folded = ''
  /** Where each folded character comes from. */
  const at: number[] = []
  let offset = 0
  for (const character of text) {
    const plain = fold(character)
    folded += plain
    for (let n = 0; n < plain.length; n++) at.push(offset)
    offset += character.length
  }
  at.push(offset)
  const marks: [number, number][] = []
  for (const word of words)
    for (let found = folded.indexOf(word); found >= 0; found = folded.indexOf(word, found + word.length)) {
      const [from = 0, to = text.length] = [at[found], at[found + word.length]]
      if (to > from) marks.push([from, to])
    }
  const joined: [number, number][] = []
  for (const [from, to] of marks.sort(([a], [b]) => a - b)) {
    const last = joined.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}
