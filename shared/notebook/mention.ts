// Mentions in comments: a name after an @.

/** Mentioning this name asks the model to answer. */
export const modelName = 'model'

/** As names are compared: however their accents are typed or stored, or left out. */
const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .trim()

/** Whether it mentions the name at this place, with nothing of a word after it. */
const isAt = (text: string, at: number, name: string): boolean =>
  name !== '' && text.startsWith(`@${name}`, at) && !/^[\p{L}\p{N}_]/u.test(text.slice(at + name.length + 1))

/**
 * Whether the text mentions this name: `@Ana`, but not `@Anabel` or `x@Ana`. Nor `@Ana Lind`, if that is one of the other
 * names.
 */
export const mentions = (text: string, name: string, others: readonly string[] = []): boolean => {
  const [all, wanted] = [folded(text), folded(name)]
  const longer = others.map(folded).filter((other) => other.length > wanted.length)
  for (let at = all.indexOf('@'); at >= 0; at = all.indexOf('@', at + 1)) {
    if (!isAt(all, at, wanted) || /[\p{L}\p{N}_@.]$/u.test(all.slice(0, at))) continue
    if (!longer.some((other) => isAt(all, at, other))) return true
  }
  return false
}

export const mentionsModel = (text: string, others: readonly string[] = []): boolean =>
  mentions(text, modelName, others)

/** The names that what was typed is the beginning of, or of one of their words. */
export const namesFor = (typed: string, names: readonly string[]): readonly string[] => {
  const wanted = folded(typed)
  // After a complete name comes the text.
  if (/\s$/.test(typed)) return []
  return [...new Set(names)].filter((name) => ` ${folded(name).replaceAll('-', ' ')}`.includes(` ${wanted}`))
}
