// The matches of a pattern in one text. On the page for a plain text, in a worker for a regular expression.
import type { Match, PartText, Pattern, Query } from './search.ts'

const inWord = '[\\p{L}\\p{N}_]'

export const patternOf = ({ text, matchCase, wholeWord, regex }: Query): Pattern => {
  const plain = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  const source = wholeWord ? `(?<!${inWord})(?:${plain})(?!${inWord})` : plain
  try {
    return { ok: true, pattern: new RegExp(source, matchCase ? 'gmu' : 'gimu') }
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: 'This is not a regular expression.' }
    throw error
  }
}

export const matchesIn = ({ cell, part, text }: PartText, pattern: RegExp): Match[] => {
  const counts = new Map<string, number>()
  return [...text.matchAll(pattern)].flatMap(({ 0: found, index }) => {
    // An empty match is nowhere to go to.
    if (found === '') return []
    const nth = counts.get(found) ?? 0
    counts.set(found, nth + 1)
    return [{ cell, part, from: index, to: index + found.length, text: found, nth }]
  })
}
